//! Accounts that are no person, by their name: the name is only seen here, at the door.

/// Names that operating systems, servers and directories give themselves.
const NAMES: [&str; 15] = [
    "system",
    "localsystem",
    "local service",
    "network service",
    "root",
    "daemon",
    "nobody",
    "www-data",
    "apache",
    "nginx",
    "httpd",
    "tomcat",
    "krbtgt",
    "serviceoperator",
    "microsoft operator",
];

/// Domains in front of a backslash in which there are no people.
const DOMAINS: [&str; 3] = ["nt authority", "nt service", "iis apppool"];

/// How names of service accounts begin; `s-1-5-` is a security identifier that stands for no name.
const STARTS: [&str; 9] = [
    "svc_", "svc-", "svc.", "srv_", "srv-", "app@", "s-1-5-18", "s-1-5-19", "s-1-5-20",
];

/// How they end; a dollar ends the names of machines.
const ENDS: [&str; 4] = ["_svc", "-svc", ".svc", "$"];

/// Whether a user name is that of a machine, a service or a system.
pub(super) fn is_system(user: &[u8]) -> bool {
    let user = user.trim_ascii().to_ascii_lowercase();
    let (domain, name) = match user.iter().rposition(|byte| *byte == b'\\') {
        Some(at) => (&user[..at], &user[at + 1..]),
        None => (&b""[..], &user[..]),
    };
    let local = name.split(|byte| *byte == b'@').next().unwrap_or(name);
    // Windows names the program behind the system in brackets: `SYSTEM (w3wp)`.
    let bare = local.split(|byte| *byte == b'(').next().unwrap_or(local);
    DOMAINS.iter().any(|one| one.as_bytes() == domain)
        || NAMES.iter().any(|one| one.as_bytes() == bare.trim_ascii())
        || STARTS
            .iter()
            .any(|start| name.starts_with(start.as_bytes()))
        || ENDS.iter().any(|end| local.ends_with(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_and_people() {
        for user in [
            "SYSTEM",
            "NT AUTHORITY\\SYSTEM (w3wp)",
            "nt authority\\anonymous logon",
            "SHAREPOINT\\system",
            "app@sharepoint",
            "svc_backup",
            "CORP\\svc-crawl",
            "svc.mail@example.com",
            "CORP\\PC0815$",
            "backup-svc@example.com",
            "www-data",
        ] {
            assert!(is_system(user.as_bytes()), "{user}");
        }
        for user in [
            "anna.berg",
            "CORP\\anna",
            "sven.systema@example.com",
            "svcherny",
            "apple@example.com",
            "rootes",
            "",
        ] {
            assert!(!is_system(user.as_bytes()), "{user}");
        }
    }
}
