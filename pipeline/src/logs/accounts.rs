//! Accounts that are no person, by their name: the name is only seen here, at the door.

use super::users::without_claim;

/// Names that operating systems, servers and directories give themselves.
const NAMES: [&str; 19] = [
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
    "system account",
    "localservice",
    "networkservice",
    "microsoft teams sync",
];

/// Domains in front of a backslash in which there are no people.
const DOMAINS: [&str; 8] = [
    "nt authority",
    "nt service",
    "nt virtual machine",
    "iis apppool",
    "font driver host",
    "window manager",
    "microsoft",
    "system",
];

/// How names of service accounts begin; `s-1-5-` is a security identifier that stands for no name.
const STARTS: [&str; 15] = [
    "svc_",
    "svc-",
    "svc.",
    "srv_",
    "srv-",
    "service-",
    "service_",
    "serviceprincipal_",
    "healthmailbox",
    "systemmailbox",
    "discoverysearchmailbox",
    "app@",
    "s-1-5-18",
    "s-1-5-19",
    "s-1-5-20",
];

/// How they end; a dollar ends the names of machines.
const ENDS: [&str; 4] = ["_svc", "-svc", ".svc", "$"];

/// Whether a user name is that of a machine, a service or a system.
pub(super) fn is_system(user: &[u8]) -> bool {
    let user = without_claim(user.trim_ascii()).to_ascii_lowercase();
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
        || ENDS
            .iter()
            .any(|end| local.len() > end.len() && local.ends_with(end.as_bytes()))
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

    #[test]
    fn machines_and_services_are_no_people() {
        for user in [
            "app@sharepoint",
            "SHAREPOINT\\system",
            "SYSTEM",
            "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)",
            "NT Service\\spooler",
            "IIS APPPOOL\\intranet",
            "Microsoft\\ServiceOperator",
            "Microsoft Teams Sync",
            "SYSTEM\\some app",
            "CORP\\WEB01$",
            "web01$@corp.example.com",
            "corp\\svc_backup",
            "SVC-crawl@us.com",
            "0#.w|nt authority\\local service",
            "ServicePrincipal_6c6e",
        ] {
            assert!(is_system(user.as_bytes()), "{user}");
        }
        for user in [
            "",
            "ann",
            "CORP\\ann",
            "ann@us.com",
            "systema",
            "service",
            "svcann",
            "$",
            "us$ann",
        ] {
            assert!(!is_system(user.as_bytes()), "{user}");
        }
    }
}
