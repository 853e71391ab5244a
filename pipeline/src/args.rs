//! The command line, as typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pipeline::plan::crawl;

/// Finds the paths that people wear through an intranet.
#[derive(Debug, Parser)]
#[command(
    name = "elephant",
    version,
    after_help = "Example:\n  elephant demo\n  elephant init && elephant nightly\n\n\
        Exit codes: 0 done; 1 failed, nothing changed; 2 wrong usage or configuration;\n\
        3 done, but something needs a look; 4 another run holds the lock."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Settings file [default: elephant.toml in this folder, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The lake's folder, instead of the one in the settings
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) lake: Option<PathBuf>,
    /// A folder of further `.sql` files, each a named query
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) queries: Option<PathBuf>,
    /// Key file, instead of the one in the settings
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Ceiling for the memory of queries, such as 512M or 2G
    #[arg(long, global = true, value_name = "SIZE")]
    pub(crate) memory: Option<String>,
    /// Nothing on stderr but errors and what needs a look
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// How talk is written to stderr
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub(crate) log_format: LogFormat,
    /// Whether a terminal shows progress
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub(crate) progress: Progress,
}

/// How talk is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// Whether a terminal shows progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    Auto,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// An invented intranet from end to end; needs nothing but this binary
    #[command(after_help = "Example:\n  elephant demo /tmp/demo")]
    Demo {
        /// Where to put it [default: elephant-demo]
        dir: Option<PathBuf>,
        /// Seed of the invented world
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Writes a commented elephant.toml
    #[command(after_help = "Example:\n  elephant init")]
    Init {
        /// The folder [default: this one]
        dir: Option<PathBuf>,
    },
    /// Logs into the lake; prints the ledger
    #[command(
        after_help = "Example:\n  elephant ingest /var/log/nginx/access.log*\n  zcat old.gz | elephant ingest -"
    )]
    Ingest {
        /// Files or folders, `-` for standard input [default: the logs of elephant.toml]
        inputs: Vec<PathBuf>,
        /// How the ledger is printed
        #[arg(long, value_enum, default_value = "text")]
        format: LedgerFormat,
        /// Write nothing; tell what it would do
        #[arg(long)]
        explain: bool,
        /// Load a file even if fewer than 90 % of its lines can be read
        #[arg(long)]
        force: bool,
    },
    /// The navigation that someone intended
    #[command(subcommand)]
    Plan(PlanCommand),
    /// What one page is
    #[command(subcommand)]
    Pages(PagesCommand),
    /// Who works where, and who is left out
    #[command(subcommand)]
    People(PeopleCommand),
    /// From the lake to findings
    #[command(after_help = "Example:\n  elephant analyze --as-of 2026-05-24 --window 28")]
    Analyze {
        #[command(flatten)]
        window: WindowArgs,
    },
    /// From findings to a report
    #[command(after_help = "Example:\n  elephant report --out /srv/reports")]
    Report {
        /// Where to write it [default: report.out of the settings]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The window to report on
        #[command(flatten)]
        window: WindowArgs,
    },
    /// Ingest, analyze and report in one go, under a lock; with --quiet a good night prints nothing
    #[command(
        after_help = "Example, as a line of a crontab:\n  15 4 * * *  cd /srv/elephant && elephant --quiet nightly"
    )]
    Nightly {
        #[command(flatten)]
        window: WindowArgs,
    },
    /// The ledger of changes to the plan, and whether they helped
    #[command(subcommand)]
    Paving(PavingCommand),
    /// Whom to talk to, and what was talked about
    #[command(subcommand)]
    Ambassadors(AmbassadorsCommand),
    /// Asks the lake in SQL
    #[command(
        after_help = "Example:\n  elephant sql what_to_pave\n  elephant sql \"select count(*) from events\" -o n.csv"
    )]
    Sql(SqlArgs),
    /// The named queries, or the tables and their columns
    #[command(after_help = "Example:\n  elephant queries\n  elephant queries --tables")]
    Queries {
        /// The tables and their columns instead
        #[arg(long, conflicts_with = "all")]
        tables: bool,
        /// All questions: those about findings and the steps on the way to them
        #[arg(long)]
        all: bool,
    },
    /// What the lake holds, the ledger, the last runs
    #[command(after_help = "Example:\n  elephant status --rejects logs/access.log")]
    Status {
        /// Print the unreadable lines of this input, as they stand in its source
        #[arg(long, value_name = "INPUT")]
        rejects: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    /// Reads navigations (CSV), menus (JSON, YAML) or sitemaps into the lake
    #[command(
        after_help = "Example:\n  elephant plan import navigation.csv sitemap.xml --on 2026-05-01\n  elephant plan import menu.yaml\n  elephant plan import --tree"
    )]
    Import(ImportArgs),
    /// Reads the plan off the site itself, or off a folder of its saved pages
    #[command(
        after_help = "Example:\n  elephant plan crawl https://intranet.example.com/ --header \"Cookie: session=...\"\n  elephant plan crawl saved-pages/"
    )]
    Crawl(CrawlArgs),
    /// What is planned, in all or on a page, and what people do there
    #[command(after_help = "Example:\n  elephant plan show\n  elephant plan show /hr/leave")]
    Show {
        /// A page, or its address [default: the plan as a whole]
        page: Option<String>,
        /// How it is printed
        #[arg(long, value_enum, default_value = "text")]
        format: LedgerFormat,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The files: all that speaks for the plan on that day
    #[arg(required_unless_present_any = ["tree", "end"])]
    pub(crate) files: Vec<PathBuf>,
    /// From which day this plan holds; the first one always holds [default: the last day of the events]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// Also plan the tree of the addresses: each page and the one above it, both ways; later analyses keep it up to date
    #[arg(long)]
    pub(crate) tree: bool,
    /// End what a source said that is given up: navigation, menu, sitemap, crawl or tree
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["files", "tree"])]
    pub(crate) end: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CrawlArgs {
    /// Where to begin, or a folder of saved pages
    #[arg(value_name = "URL|FOLDER")]
    pub(crate) place: String,
    /// A header to send to the intranet's hosts, such as a login; never stored or shown
    #[arg(long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// Pages to ask for, at most
    #[arg(long, value_name = "N", default_value_t = crawl::MAX_PAGES, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_pages: u32,
    /// Least time between two requests; the site's own Crawl-delay counts where it is longer
    #[arg(long, value_name = "MS", default_value_t = crawl::PAUSE_MS)]
    pub(crate) pause_ms: u32,
    /// Longest time for a page
    #[arg(long, value_name = "SECS", default_value_t = crawl::TIMEOUT_SECS, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) timeout_secs: u32,
    /// From which day this plan holds; the first crawl always holds [default: the last day of the events]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PagesCommand {
    /// Learns from the lake which addresses differ in an id alone, and shows what templates would change; writes nothing
    #[command(after_help = "Example:\n  elephant pages propose")]
    Propose {
        /// How the proposals are printed
        #[arg(long, value_enum, default_value = "text")]
        format: LedgerFormat,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PeopleCommand {
    /// Reads people.csv into the lake
    #[command(after_help = "Example:\n  elephant people import people.csv")]
    Import {
        /// The file
        file: PathBuf,
    },
    /// Puts a person on the lists of `people.lists = "opt-in"`, and counts them again if they had opted out
    #[command(after_help = "Example:\n  elephant people opt-in jdoe")]
    OptIn {
        /// The name that the logs give
        user: String,
    },
    /// Leaves a person out of everything
    #[command(after_help = "Example:\n  elephant people opt-out jdoe")]
    OptOut {
        /// The name that the logs give
        user: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PavingCommand {
    /// Registers a change; what it will be compared with is fixed now
    #[command(
        after_help = "Example:\n  elephant paving add /hr/leave /finance/forms --on 2026-05-04 --note \"asked for by Finance\""
    )]
    Add {
        /// The page that got a link
        from: String,
        /// The page it leads to
        to: String,
        /// The first day of the link
        #[arg(long, value_name = "DATE")]
        on: String,
        /// What there is to say about it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// The changes, with their windows
    #[command(after_help = "Example:\n  elephant paving list --format json")]
    List {
        /// How the changes are printed
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: String,
    },
    /// Judges every change by what is known now
    #[command(after_help = "Example:\n  elephant paving evaluate")]
    Evaluate {
        /// How the verdicts are printed
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AmbassadorsCommand {
    /// Those who may be listed, when somebody last talked to them, and what there is to talk about
    #[command(after_help = "Example:\n  elephant ambassadors list --format csv")]
    List {
        /// How the list is printed
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: String,
    },
    /// Writes down that somebody was talked to, today
    #[command(
        after_help = "Example:\n  elephant ambassadors contact jdoe --about group-3f2a9c01b7de --note \"wants a page for it\""
    )]
    Contact {
        /// The name that the logs give
        user: String,
        /// The finding that it was about
        #[arg(long, value_name = "FINDING")]
        about: Option<String>,
        /// What there is to say about it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
}

/// The window an analysis looks at.
#[derive(Debug, Clone, Args)]
pub(crate) struct WindowArgs {
    /// Last day of the window [default: the last day of the events]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Length of the window in days [default: `analysis.window_days`]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub(crate) window: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    /// SQL, or the name of a query; without it and without -f: a shell
    pub(crate) sql: Option<String>,
    /// A file of SQL
    #[arg(
        short = 'f',
        long = "file",
        value_name = "FILE",
        conflicts_with = "sql"
    )]
    pub(crate) file: Option<PathBuf>,
    /// A parameter of the query, as name=value
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// How the answer is printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: String,
    /// Write the answer to a file; its ending decides the format
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// How the ledger and proposals are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LedgerFormat {
    Text,
    Json,
}
