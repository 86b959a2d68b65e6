#include "client/keycheck.h"

namespace hearth {

Fingerprint expectedKey(const KeyFacts &facts)
{
    if (!facts.ofServer.isNull() && facts.presented != facts.ofServer)
        return facts.ofServer;
    if (!facts.ofLink.isNull())
        return facts.ofLink;
    return facts.ofAddress;
}

KeyVerdict checkKey(const KeyFacts &facts)
{
    if (facts.presented.isNull()) {
        const bool isExpected = !facts.ofServer.isNull() || !facts.ofAddress.isNull();
        return !facts.ofLink.isNull() || (isExpected && !facts.isPlainWanted) ? KeyVerdict::Downgraded : KeyVerdict::Known;
    }
    if (facts.presented == facts.accepted)
        return KeyVerdict::Verified;
    // A link does not outweigh what was seen: anybody can send one.
    if (!facts.ofServer.isNull() && facts.presented != facts.ofServer)
        return KeyVerdict::Changed;
    if (!facts.ofLink.isNull() && facts.presented != facts.ofLink)
        return KeyVerdict::NotOfLink;
    if (!facts.ofServer.isNull())
        return KeyVerdict::Known;
    if (!facts.ofLink.isNull() || facts.presented == facts.ofAddress)
        return KeyVerdict::Verified;
    return facts.ofAddress.isNull() ? KeyVerdict::Unknown : KeyVerdict::Changed;
}

} // namespace hearth
