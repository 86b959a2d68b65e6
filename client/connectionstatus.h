#pragma once

#include "protocol/errorcode.h"
#include "protocol/fingerprint.h"
#include "protocol/moderation.h"

#include <QDateTime>
#include <QMetaType>

#include <optional>

namespace hearth {

/// Where the link to the server stands, with what a person may want to know of it.
struct ConnectionStatus
{
    enum class State {
        Offline, ///< not trying: before `open()`, after `close()`, or refused for good (see problem)
        Connecting, ///< a first attempt is under way
        Reconnecting, ///< the link was lost; an attempt is under way
        Waiting, ///< the link was lost; the next attempt is at `retryAt`
        Online, ///< welcomed
    };

    /// Why the link is not there.
    enum class Problem {
        None,
        Unreachable, ///< nothing answers at the address
        TimedOut,
        Lost, ///< it was there and broke; while Offline: somebody else answers in its place
        ServerClosed, ///< the server said that it shuts down
        NotHearth, ///< something else answered
        VersionTooOld, ///< the server speaks another version of the protocol
        WrongPassword,
        WrongAccount, ///< of a chat of accounts: no such account, or another password, or signed out
        NoPasswordChosen, ///< of a chat of accounts, with an invite: the new account needs one of limits::MinPasswordLength characters
        NameHasAccount, ///< likewise: somebody has the name already, and their password was not said
        NameIsOwned, ///< where everybody picks a name: somebody has it, and if they gave it a password, that was not said
        WrongNamePassword, ///< likewise: one was said, and it is not that one
        InviteRefused, ///< it is used up, has ended, was taken back or never made
        NameTaken,
        InvalidName,
        Removed, ///< kicked, banned or not let in: see `removal`
        Refused, ///< closed with a policy code; `detail` is the server's reason
        UnknownKey, ///< seen for the first time: a person compares `presentedKey`, then `Session::trustKey()`
        ChangedKey, ///< `presentedKey` is not the `knownKey` that was remembered; nothing was said to it
        WrongKey, ///< `presentedKey` is not the `knownKey` that the link promised; nothing was said to it
        KeychainLocked, ///< the system's keychain does not give out the token; nothing was said to the server
        Downgraded, ///< it is not encrypted, although it was, or was to be; nothing was said to it
        Unencrypted, ///< it speaks no TLS, and was never spoken with; nothing was said to it
    };

    State state = State::Offline;
    Problem problem = Problem::None;
    QDateTime retryAt; ///< while Waiting
    QDateTime waitsUntil; ///< while Connecting or Reconnecting: a moderator is asked to let us in; null: nobody has to be
    std::optional<Removal> removal; ///< of Removed
    QString detail; ///< the server's or the system's words; untrusted text
    Fingerprint presentedKey; ///< of the problems with keys
    Fingerprint knownKey;
    bool isVouchedFor = false; ///< a link says that the changed key is right
    bool isOpenToOthers = false; ///< while Online: not encrypted, and not within this computer

    friend bool operator==(const ConnectionStatus &, const ConnectionStatus &) = default;
};

} // namespace hearth

Q_DECLARE_METATYPE(hearth::ConnectionStatus)
