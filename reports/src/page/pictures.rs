//! The pictures of paths and use.

use crate::chart::{self, Picture};
use crate::error::ReportError;
use crate::model::Report;

/// The report's pictures; `None` where there is nothing to draw.
pub(super) struct Pictures {
    pub(super) lawn: Option<Picture>,
    pub(super) spread: Option<Picture>,
    pub(super) ranked_paths: Option<Picture>,
    pub(super) days: Option<Picture>,
    pub(super) heat_map: Option<Picture>,
    pub(super) top_pages: Option<Picture>,
    pub(super) sections: Option<Picture>,
}

impl Pictures {
    pub(super) fn draw(report: &Report) -> Result<Self, ReportError> {
        let k = report.gate.k_pages;
        let first = report.paths.first();
        let lawn = report.lawn.as_ref().filter(|_| first.is_some());
        Ok(Self {
            lawn: lawn
                .map(|lawn| chart::lawn::lawn(lawn, k))
                .transpose()?
                .flatten(),
            spread: first
                .map(|path| chart::spread::spread(&path.weeks, k))
                .transpose()?
                .flatten(),
            ranked_paths: drawn(&report.paths, chart::ranked_paths::ranked_paths)?,
            days: drawn(&report.days, |days| {
                chart::days::days(days, &report.days_before, k)
            })?,
            heat_map: drawn(&report.hours, |hours| chart::heat_map::heat_map(hours, k))?,
            top_pages: drawn(&report.top_pages, |pages| {
                chart::top_pages::top_pages(pages, report.method.has_plan)
            })?,
            sections: if report.method.has_plan {
                drawn(&report.sections, |sections| {
                    chart::sections::sections(sections, k)
                })?
            } else {
                None
            },
        })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Picture> {
        [
            &self.lawn,
            &self.spread,
            &self.ranked_paths,
            &self.days,
            &self.heat_map,
            &self.top_pages,
            &self.sections,
        ]
        .into_iter()
        .flatten()
    }
}

fn drawn<T>(
    rows: &[T],
    draw: impl FnOnce(&[T]) -> Result<Picture, ReportError>,
) -> Result<Option<Picture>, ReportError> {
    if rows.is_empty() {
        Ok(None)
    } else {
        draw(rows).map(Some)
    }
}
