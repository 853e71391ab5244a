//! What can go wrong, and with which exit code it ends.

use std::error::Error as StdError;
use std::fmt::Display;

use crate::store::StoreError;

type Cause = Box<dyn StdError + Send + Sync>;

/// A failure of a command; the exit code is [`Error::exit_code`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command or the configuration is wrong: exit 2.
    #[error("{message}")]
    Usage {
        /// What is wrong and how to mend it.
        message: String,
        /// The cause, where there is one.
        #[source]
        source: Option<Cause>,
    },
    /// The work failed and nothing was changed: exit 1.
    #[error("{message}")]
    Failed {
        /// What was being done.
        message: String,
        /// The cause, where there is one.
        #[source]
        source: Option<Cause>,
    },
    /// Another run holds the lock: exit 4.
    #[error("{0}")]
    Busy(String),
}

impl Error {
    /// A wrong use or configuration.
    pub fn usage(message: impl Display) -> Self {
        Self::Usage {
            message: message.to_string(),
            source: None,
        }
    }

    /// Work that failed.
    pub fn failed(message: impl Display) -> Self {
        Self::Failed {
            message: message.to_string(),
            source: None,
        }
    }

    /// The error and its causes in one line, once each.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(next) = cause {
            let words = next.to_string();
            if !text.contains(&words) {
                text.push_str(": ");
                text.push_str(&words);
            }
            cause = next.source();
        }
        text
    }

    /// The exit code of DESIGN section 7.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed { source, .. } if is_busy(source.as_deref()) => 4,
            Self::Failed { .. } => 1,
            Self::Usage { .. } => 2,
            Self::Busy(_) => 4,
        }
    }
}

/// Whether another writer was faster, somewhere in the chain of causes.
fn is_busy(cause: Option<&(dyn StdError + Send + Sync + 'static)>) -> bool {
    let mut cause = cause.map(|cause| cause as &(dyn StdError + 'static));
    while let Some(this) = cause {
        if matches!(this.downcast_ref(), Some(StoreError::Busy(_))) {
            return true;
        }
        cause = this.source();
    }
    false
}

/// Adds what a layer was doing to an error from below.
pub trait Doing<T> {
    /// Turns the error into a failure of `what`.
    ///
    /// # Errors
    /// The error, told as a failure of what was being done.
    fn doing(self, what: impl Display) -> Result<T, Error>;

    /// Turns the error into a wrong use or configuration.
    ///
    /// # Errors
    /// The error, told as a mistake in the command or its settings.
    fn misused(self, what: impl Display) -> Result<T, Error>;
}

impl<T, E: Into<Cause>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl Display) -> Result<T, Error> {
        self.map_err(|cause| Error::Failed {
            message: what.to_string(),
            source: Some(cause.into()),
        })
    }

    fn misused(self, what: impl Display) -> Result<T, Error> {
        self.map_err(|cause| Error::Usage {
            message: what.to_string(),
            source: Some(cause.into()),
        })
    }
}
