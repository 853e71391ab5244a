//! Names of pages: a title that two of them bear is said with the address.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Report;

/// The report with no title that stands for two of its pages.
pub(crate) fn told_apart(mut report: Report) -> Report {
    let mut bearers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (title, page) in names(&mut report) {
        let title = title.trim().to_owned();
        bearers.entry(title).or_default().insert(page.clone());
    }
    for (title, page) in names(&mut report) {
        let is_shared = bearers[title.trim()].len() > 1;
        if is_shared && !title.trim().is_empty() {
            *title = format!("{} ({page})", title.trim());
        }
    }
    report
}

/// Every title of the report, with the page that bears it.
fn names(report: &mut Report) -> impl Iterator<Item = (&mut String, &String)> {
    let paths = report.paths.iter_mut().flat_map(|path| {
        [
            (&mut path.from_title, &path.from_page),
            (&mut path.to_title, &path.to_page),
        ]
    });
    let lawn = report.lawn.iter_mut().flat_map(|lawn| &mut lawn.pages);
    let lawn = lawn.map(|page| (&mut page.title, &page.page));
    let top = report.top_pages.iter_mut();
    let top = top.map(|page| (&mut page.title, &page.page));
    let links = report.links_to_add.shown.iter_mut().flat_map(|link| {
        [&mut link.from, &mut link.to]
            .into_iter()
            .chain(&mut link.turned_back_at)
    });
    let detours = report.detours.shown.iter_mut();
    let detours = detours.flat_map(|detour| [&mut detour.from, &mut detour.to]);
    let journeys = report.journeys.shown.iter_mut();
    let journeys = journeys.flat_map(|journey| &mut journey.pages);
    let drops = report.drop_offs.shown.iter_mut();
    let drops = drops.flat_map(|drop| [&mut drop.page, &mut drop.goal]);
    let new = report.new_pages.shown.iter_mut().map(|page| &mut page.name);
    let past = report.past_paths.iter_mut();
    let past = past.flat_map(|path| [&mut path.from, &mut path.to]);
    let changes = report.changes.iter_mut();
    let changes = changes.flat_map(|change| [&mut change.from, &mut change.to]);
    let deserted = report.deserted_links.shown.iter_mut();
    let deserted = deserted.flat_map(|link| link.from.iter_mut().chain([&mut link.to]));
    let gathered = report.groups.shown.iter_mut();
    let gathered = gathered.flat_map(|group| &mut group.pages);
    let gathered = gathered.map(|page| &mut page.name);
    let ended = report.ended_groups.iter_mut();
    let ended = ended.flat_map(|group| &mut group.pages);
    let places = report.gathering_places.shown.iter_mut();
    let places = places.map(|place| &mut place.name);
    let applications = report.applications.shown.iter_mut();
    let applications = applications.flat_map(|application| &mut application.pages);
    let of_people = gathered.chain(ended).chain(places).chain(applications);
    let found = links.chain(detours).chain(journeys).chain(drops);
    let found = found.chain(new).chain(past).chain(deserted).chain(changes);
    let found = found.chain(of_people);
    let found = found.map(|name| (&mut name.title, &name.page));
    paths.chain(lawn).chain(top).chain(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_shared_title_is_said_with_the_address() {
        let mut report = example::report();
        let before = told_apart(report.clone());
        assert_eq!(before.paths[0].from_title, "Leave request");
        let page = report.paths[1].from_page.clone();
        report.paths[1].from_title = report.paths[0].from_title.clone();
        let told = told_apart(report);
        assert_eq!(told.paths[1].from_title, format!("Leave request ({page})"));
        assert_eq!(told.paths[0].from_title, "Leave request (/leave-request)");
        assert_eq!(told.paths[1].to_title, "Exchange rates");
    }

    #[test]
    fn findings_about_people_tell_their_pages_apart_too() {
        let mut report = example::report();
        report.groups.shown[0].pages[0].name.title = "Help".to_owned();
        report.applications.shown[0].pages[0].title = "Help".to_owned();
        let told = told_apart(report);
        let gathered = &told.groups.shown[0].pages[0].name;
        assert_eq!(gathered.title, "Help (/contract-templates)");
        assert_eq!(
            told.applications.shown[0].pages[0].title,
            "Help (/canteen-chat)"
        );
    }

    #[test]
    fn findings_tell_their_pages_apart_too() {
        let mut report = example::report();
        report.deserted_links.shown[0].to.title = "Leave request".to_owned();
        let told = told_apart(report);
        assert_eq!(
            told.deserted_links.shown[0].to.title,
            "Leave request (/help)"
        );
        assert_eq!(
            told.detours.shown[0].from.title,
            "Leave request (/leave-request)"
        );
    }
}
