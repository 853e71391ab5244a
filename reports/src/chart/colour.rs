//! The palette: one name per role, one value for paper, one for a dark screen.
//!
//! Earth against paving differs in lightness as well as in hue, so the pictures can be read by the
//! colour-blind and in grey print.

use plotters::style::RGBColor;

/// A colour by what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tint {
    /// Text.
    Ink,
    /// Lesser text.
    Soft,
    /// Rules and axes.
    Rule,
    /// What people wore or did.
    Earth,
    /// What was planned or was before.
    Paved,
    /// The ground of a picture.
    Lawn,
    /// Other planned links on the lawn.
    Trail,
    /// The rim of the paved way.
    Kerb,
    /// The surface of the paved way.
    Stone,
    /// The dashes along the paved way.
    Dash,
    /// The two ends of the worn path.
    Goal,
    /// Text on the two ends.
    OnGoal,
    /// Labels of pages on the paved way.
    Sign,
    /// Labels of other pages.
    Bush,
    /// The card that a chart lies on.
    Card,
    /// Less than chance gives: cool where earth is warm.
    Apart,
}

/// All roles with their name in the style sheet, their colour on paper and on a dark screen.
pub(crate) const PALETTE: [(Tint, &str, u32, u32); 16] = [
    (Tint::Ink, "ink", 0x0023_261f, 0x00ec_eee6),
    (Tint::Soft, "soft", 0x0060_6559, 0x00a8_ae9e),
    (Tint::Rule, "rule", 0x00d9_ddd0, 0x003b_4133),
    (Tint::Earth, "earth", 0x008a_5a2b, 0x00d0_9860),
    (Tint::Paved, "paved", 0x009d_a1a6, 0x007d_8288),
    (Tint::Lawn, "lawn", 0x00ee_f3e6, 0x0023_271e),
    (Tint::Trail, "trail", 0x00d8_dccf, 0x0036_3c2f),
    (Tint::Kerb, "kerb", 0x00b4_b8bc, 0x0062_676d),
    (Tint::Stone, "stone", 0x00d7_d9dc, 0x0048_4c51),
    (Tint::Dash, "dash", 0x0084_888d, 0x00a4_a9af),
    (Tint::Goal, "goal", 0x007a_4a1c, 0x00e0_ad78),
    (Tint::OnGoal, "on-goal", 0x00ff_fffe, 0x001c_150d),
    (Tint::Sign, "sign", 0x00ff_ffff, 0x0031_352b),
    (Tint::Bush, "bush", 0x00f6_f9f1, 0x0028_2c22),
    (Tint::Card, "card", 0x00fe_fefe, 0x001e_211a),
    (Tint::Apart, "apart", 0x002f_6a8f, 0x006f_b2d9),
];

impl Tint {
    /// The colour on paper.
    pub(crate) fn rgb(self) -> RGBColor {
        let [_, red, green, blue] = PALETTE[self as usize].2.to_be_bytes();
        RGBColor(red, green, blue)
    }
}

/// Replaces the paper colours by the style sheet's names, so that a picture inside the page
/// follows the reader's light or dark screen. No text can hold a bare quotation mark (they are all
/// escaped), so nothing but attributes can match.
pub(crate) fn with_variables(svg: &str) -> String {
    PALETTE
        .iter()
        .fold(svg.to_owned(), |svg, (_, name, paper, _)| {
            svg.replace(&format!("\"#{paper:06X}\""), &format!("\"var(--{name})\""))
        })
}

/// Declarations `--ink:#23261f;...` for paper or for a dark screen.
pub(crate) fn declarations(is_dark: bool) -> String {
    let declaration = |&(_, name, paper, dark): &(Tint, &str, u32, u32)| {
        format!("--{name}:#{:06x};", if is_dark { dark } else { paper })
    };
    PALETTE.iter().map(declaration).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_stands_at_its_own_place_with_its_own_paper_colour() {
        for (i, (tint, _, paper, _)) in PALETTE.iter().enumerate() {
            assert_eq!(*tint as usize, i);
            assert_eq!(
                PALETTE
                    .iter()
                    .filter(|(_, _, other, _)| other == paper)
                    .count(),
                1
            );
        }
    }
}
