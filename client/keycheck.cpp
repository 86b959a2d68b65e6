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
        if (!facts.ofLink.isNull() || (isExpected && !facts.isPlainWanted))
            return KeyVerdict::Downgraded;
        return facts.isOtherServer ? KeyVerdict::OtherServer : KeyVerdict::Known;
    }
    if (facts.presented == facts.accepted)
        return KeyVerdict::Verified;
    // A link does not outweigh what was seen: anybody can send one.
    if (!facts.ofServer.isNull() && facts.presented != facts.ofServer)
        return KeyVerdict::Changed;
    if (!facts.ofLink.isNull() && facts.presented != facts.ofLink)
        return KeyVerdict::NotOfLink;
    if (facts.ofLink.isNull() && !facts.ofAddress.isNull() && facts.presented != facts.ofAddress)
        return KeyVerdict::Changed;
    if (facts.isOtherServer)
        return KeyVerdict::OtherServer;
    if (!facts.ofServer.isNull())
        return KeyVerdict::Known;
    return facts.ofLink.isNull() && facts.ofAddress.isNull() ? KeyVerdict::Unknown : KeyVerdict::Verified;
}

} // namespace hearth
