//! What known servers call their fields in JSON, and how such a log is told: data, no code.

use super::names::Unit::{self, AsWritten, Nanoseconds, Seconds};
use super::row::Field::{
    self, Agent, Bytes, Client, Duration, Host, Method, Page, Purpose, Referrer, Request, Status,
    Time, User,
};

/// A server that writes logs of rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Producer {
    /// Sets of paths; a record that has all of one set is this producer's.
    pub(super) marks: &'static [&'static [&'static str]],
    /// Whether a record without a referrer says that there was none.
    pub(super) has_referrer: bool,
    /// Field, path and unit; of several paths of one field the first that is there.
    pub(super) columns: &'static [(Field, &'static str, Unit)],
}

/// The known producers; the first whose marks most records have is taken.
pub(super) const PRODUCERS: [&Producer; 9] = [
    &CADDY,
    &TRAEFIK,
    &AZURE,
    &GOOGLE,
    &CLOUDFLARE,
    &ELASTIC,
    &ENVOY,
    &NGINX,
    &MATOMO,
];

const CADDY: Producer = Producer {
    marks: &[&["request.uri", "request.method"]],
    has_referrer: true,
    columns: &[
        (Time, "ts", AsWritten),
        (User, "user_id", AsWritten),
        (Page, "request.uri", AsWritten),
        (Method, "request.method", AsWritten),
        (Host, "request.host", AsWritten),
        (Client, "request.client_ip", AsWritten),
        (Client, "request.remote_ip", AsWritten),
        (Client, "request.remote_addr", AsWritten),
        (Agent, "request.headers.User-Agent[0]", AsWritten),
        (Referrer, "request.headers.Referer[0]", AsWritten),
        (Purpose, "request.headers.Sec-Purpose[0]", AsWritten),
        (Purpose, "request.headers.Purpose[0]", AsWritten),
        (Status, "status", AsWritten),
        (Bytes, "size", AsWritten),
        (Duration, "duration", Seconds),
    ],
};

const TRAEFIK: Producer = Producer {
    marks: &[&["RequestPath", "RequestMethod"]],
    has_referrer: false,
    columns: &[
        (Time, "StartUTC", AsWritten),
        (Time, "StartLocal", AsWritten),
        (Time, "time", AsWritten),
        (User, "ClientUsername", AsWritten),
        (Page, "RequestPath", AsWritten),
        (Method, "RequestMethod", AsWritten),
        (Host, "RequestHost", AsWritten),
        (Host, "RequestAddr", AsWritten),
        (Client, "ClientHost", AsWritten),
        (Client, "ClientAddr", AsWritten),
        (Agent, "request_User-Agent", AsWritten),
        (Referrer, "request_Referer", AsWritten),
        (Purpose, "request_Sec-Purpose", AsWritten),
        (Status, "DownstreamStatus", AsWritten),
        (Status, "OriginStatus", AsWritten),
        (Bytes, "DownstreamContentSize", AsWritten),
        (Duration, "Duration", Nanoseconds),
    ],
};

/// Application Gateway and Front Door.
const AZURE: Producer = Producer {
    marks: &[&["properties.httpMethod", "properties.clientIP"]],
    has_referrer: false,
    columns: &[
        (Time, "timeStamp", AsWritten),
        (Time, "time", AsWritten),
        (Page, "properties.originalRequestUriWithArgs", AsWritten),
        (Page, "properties.requestUri", AsWritten),
        (Method, "properties.httpMethod", AsWritten),
        (Host, "properties.originalHost", AsWritten),
        (Host, "properties.host", AsWritten),
        (Host, "properties.hostName", AsWritten),
        (Client, "properties.clientIP", AsWritten),
        (Agent, "properties.userAgent", AsWritten),
        (Referrer, "properties.referer", AsWritten),
        (Status, "properties.httpStatus", AsWritten),
        (Status, "properties.httpStatusCode", AsWritten),
        (Bytes, "properties.sentBytes", AsWritten),
        (Bytes, "properties.responseBytes", AsWritten),
        (Duration, "properties.timeTaken", Seconds),
    ],
};

/// The load balancer of Google Cloud.
const GOOGLE: Producer = Producer {
    marks: &[&["httpRequest.requestUrl", "httpRequest.requestMethod"]],
    has_referrer: true,
    columns: &[
        (Time, "timestamp", AsWritten),
        (Page, "httpRequest.requestUrl", AsWritten),
        (Method, "httpRequest.requestMethod", AsWritten),
        (Client, "httpRequest.remoteIp", AsWritten),
        (Agent, "httpRequest.userAgent", AsWritten),
        (Referrer, "httpRequest.referer", AsWritten),
        (Status, "httpRequest.status", AsWritten),
        (Bytes, "httpRequest.responseSize", AsWritten),
        (Duration, "httpRequest.latency", Seconds),
    ],
};

const CLOUDFLARE: Producer = Producer {
    marks: &[&["ClientRequestURI", "ClientRequestMethod"]],
    has_referrer: false,
    columns: &[
        (Time, "EdgeStartTimestamp", AsWritten),
        (Page, "ClientRequestURI", AsWritten),
        (Method, "ClientRequestMethod", AsWritten),
        (Host, "ClientRequestHost", AsWritten),
        (Client, "ClientIP", AsWritten),
        (Agent, "ClientRequestUserAgent", AsWritten),
        (Referrer, "ClientRequestReferer", AsWritten),
        (Status, "EdgeResponseStatus", AsWritten),
        (Bytes, "EdgeResponseBytes", AsWritten),
    ],
};

/// The common schema of Elastic.
const ELASTIC: Producer = Producer {
    marks: &[
        &["http.request.method", "url.original"],
        &["http.request.method", "url.path"],
    ],
    has_referrer: true,
    columns: &[
        (Time, "@timestamp", AsWritten),
        (User, "user.name", AsWritten),
        (User, "user.id", AsWritten),
        (Page, "url.original", AsWritten),
        (Page, "url.path", AsWritten),
        (Method, "http.request.method", AsWritten),
        (Host, "url.domain", AsWritten),
        (Client, "client.ip", AsWritten),
        (Client, "source.ip", AsWritten),
        (Client, "source.address", AsWritten),
        (Agent, "user_agent.original", AsWritten),
        (Referrer, "http.request.referrer", AsWritten),
        (Status, "http.response.status_code", AsWritten),
        (Bytes, "http.response.body.bytes", AsWritten),
        (Bytes, "http.response.bytes", AsWritten),
        (Duration, "event.duration", Nanoseconds),
    ],
};

const ENVOY: Producer = Producer {
    marks: &[&["start_time", "response_code"]],
    has_referrer: false,
    columns: &[
        (Time, "start_time", AsWritten),
        (Page, "path", AsWritten),
        (Method, "method", AsWritten),
        (Host, "authority", AsWritten),
        (Client, "x_forwarded_for", AsWritten),
        (Client, "downstream_remote_address", AsWritten),
        (Agent, "user_agent", AsWritten),
        (Referrer, "referer", AsWritten),
        (Status, "response_code", AsWritten),
        (Bytes, "bytes_sent", AsWritten),
        (Duration, "duration", AsWritten),
    ],
};

/// The names of nginx's own variables.
const NGINX: Producer = Producer {
    marks: &[
        &["remote_addr", "request"],
        &["remote_addr", "request_uri"],
        &["time_iso8601", "status"],
        &["time_local", "status"],
        &["msec", "status"],
    ],
    has_referrer: false,
    columns: &[
        (Time, "time_iso8601", AsWritten),
        (Time, "time_local", AsWritten),
        (Time, "msec", AsWritten),
        (Time, "@timestamp", AsWritten),
        (User, "remote_user", AsWritten),
        (Page, "request_uri", AsWritten),
        (Page, "uri", AsWritten),
        (Request, "request", AsWritten),
        (Method, "request_method", AsWritten),
        (Host, "http_host", AsWritten),
        (Host, "host", AsWritten),
        (Host, "server_name", AsWritten),
        (Client, "remote_addr", AsWritten),
        (Client, "http_x_forwarded_for", AsWritten),
        (Agent, "http_user_agent", AsWritten),
        (Referrer, "http_referer", AsWritten),
        (Referrer, "http_referrer", AsWritten),
        (Purpose, "http_sec_purpose", AsWritten),
        (Purpose, "http_purpose", AsWritten),
        (Status, "status", AsWritten),
        (Bytes, "body_bytes_sent", AsWritten),
        (Bytes, "bytes_sent", AsWritten),
        (Duration, "request_time", Seconds),
    ],
};

/// The format that Matomo's guide has nginx write.
const MATOMO: Producer = Producer {
    marks: &[&["ip", "host", "path", "generation_time_milli"]],
    has_referrer: true,
    columns: &[
        (Host, "host", AsWritten),
        (Page, "path", AsWritten),
        (Bytes, "length", AsWritten),
    ],
};

#[cfg(test)]
#[path = "producers_tests.rs"]
mod tests;
