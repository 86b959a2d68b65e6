#pragma once

#include "protocol/fingerprint.h"

namespace hearth {

/// What is known when a server has said who it is, and nothing secret has been said to it.
struct KeyFacts
{
    Fingerprint presented; ///< whose key the connection is secured with; none: it is not encrypted
    Fingerprint ofServer; ///< remembered for the server that it says it is
    Fingerprint ofAddress; ///< remembered for the server that was at this address before, whichever it says it is now
    Fingerprint ofLink; ///< what an invite link promised
    Fingerprint accepted; ///< what the person has just agreed to
    bool isPlainWanted = false; ///< the person typed ws://
    bool isOtherServer = false; ///< the session has spoken with one that said it was another
};

enum class KeyVerdict {
    Known, ///< the one that was remembered; or nothing is to be checked
    Verified, ///< seen for the first time, and vouched for by a link or a person: to be remembered
    Unknown, ///< a person has to compare it
    Changed, ///< another one than before
    NotOfLink, ///< another one than the link says
    Downgraded, ///< it was encrypted before, or was to be, and is not
    OtherServer, ///< nothing is wrong with its key, but it is not the one that the session is for
};

/// Whether a server may be told anything. A key belongs to a server, which may move to an address of which nothing is known.
/// But whoever answers at the address of another server, with another key, may be somebody in between: under an identity
/// that is made up, or that of a chat of their own which the person has joined once. Only a link that names the key says that
/// the address has changed hands.
[[nodiscard]] KeyVerdict checkKey(const KeyFacts &facts);
/// The one that `presented` should have been, for Changed, NotOfLink and Downgraded.
[[nodiscard]] Fingerprint expectedKey(const KeyFacts &facts);

} // namespace hearth
