#include "server/chat/guestdesk.h"

#include "server/chat/sanctions.h"
#include "server/store/moderationstore.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t MaxGuests = 100;
constexpr int MaxGuestsPerAddress = 5;
constexpr qint64 TryAgainMs = 60'000;

} // namespace

GuestDesk::GuestDesk(ChatContext &context, LetIn letIn) : ChatDesk(context), m_letIn(std::move(letIn))
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { expire(); });
}

void GuestDesk::wait(Peer &peer, const Id &id, const Hello &frame)
{
    const QString address = plainAddress(peer.connection.info().peerAddress).toString();
    const auto fromThere = std::count_if(m_guests.begin(), m_guests.end(), [&](const auto &entry) { return entry.second.info.address == address; });
    if (m_guests.size() >= MaxGuests || fromThere >= MaxGuestsPerAddress) {
        refuseFor(peer, id, TryAgainMs, u"Too many guests are waiting to be let in"_s);
        return;
    }
    const QString client = u"%1 %2"_s.arg(frame.client.name, frame.client.version).trimmed();
    const Guest guest { id, frame, { frame.user, client, address, m_chat.now() } };
    m_guests.emplace(peer.id(), guest);
    m_chat.audience.reply(peer, id, Waiting { frame.user, m_chat.now().addMSecs(m_chat.settings.guestTimeout.count()) });
    tellModerators(guest.info, true);
    if (!m_timer.isActive())
        m_timer.start(m_chat.settings.guestTimeout);
}

bool GuestDesk::isWaiting(const UserName &user) const { return find(user) != m_guests.end(); }

std::optional<UserName> GuestDesk::waiting(const UserName &user) const
{
    const auto found = find(user);
    return found == m_guests.end() ? std::nullopt : std::optional(found->second.hello.user);
}

void GuestDesk::sendAway(const UserName &user, const Removal &removal)
{
    const auto found = find(user);
    if (found == m_guests.end())
        return;
    const quint64 connection = found->first;
    left(connection);
    turnAway(connection, removal);
}

GuestDesk::Guests::const_iterator GuestDesk::find(const UserName &user) const
{
    return std::find_if(m_guests.begin(), m_guests.end(), [&user](const auto &entry) { return entry.second.hello.user == user; });
}

void GuestDesk::left(quint64 peer)
{
    const auto guest = m_guests.find(peer);
    if (guest == m_guests.end())
        return;
    const GuestInfo info = guest->second.info;
    m_guests.erase(guest);
    tellModerators(info, false);
}

void GuestDesk::tellWho(Peer &moderator)
{
    for (const auto &[id, guest] : m_guests)
        m_chat.audience.tell(moderator, GuestWaiting { guest.info, true });
}

void GuestDesk::tellModerators(const GuestInfo &guest, bool isWaiting)
{
    for (Peer *peer : m_chat.audience.peers()) {
        if (isModerator(*peer) && !peer->isConsole)
            m_chat.audience.tell(*peer, GuestWaiting { guest, isWaiting });
    }
}

void GuestDesk::list(Peer &peer, const Id &id)
{
    if (!isInCharge(peer, id, u"Only moderators can see who waits to be let in"_s))
        return;
    WaitingGuestsListed listed;
    for (const auto &[connection, guest] : m_guests)
        listed.guests.append(guest.info);
    m_chat.audience.reply(peer, id, listed);
}

void GuestDesk::admit(Peer &peer, const Id &id, const Admit &frame)
{
    if (!isInCharge(peer, id, u"Only moderators can let guests in"_s))
        return;
    const auto found = find(frame.user);
    if (found == m_guests.end()) {
        refuse(peer, id, ErrorCode::NotFound, u"Nobody of that name waits to be let in"_s);
        return;
    }
    const quint64 connection = found->first;
    const Guest guest = found->second;
    const UserRecord *known = m_chat.directory.user(guest.hello.user);
    if (frame.isAdmitted && known != nullptr && known->isOwned) {
        left(connection);
        if (Peer *waiting = present(connection))
            refuse(*waiting, guest.id, ErrorCode::NameTaken);
        refuse(peer, id, ErrorCode::Conflict, u"The name has become somebody's meanwhile"_s);
        return;
    }
    const AuditEntry deed { .by = peer.user,
                            .deed = frame.isAdmitted ? Deed::Admit : Deed::TurnAway,
                            .user = guest.hello.user,
                            .address = guest.info.address,
                            .reason = frame.isAdmitted ? QString() : frame.reason };
    m_chat.store.moderation().carryOut(deed, then<AuditEntry>(peer, [this, id](Peer *back, const auto &done) {
        if (back != nullptr)
            conclude(*back, id, done);
    }));
    left(connection);
    if (!frame.isAdmitted)
        turnAway(connection, { Removal::Kind::TurnedAway, peer.user, {}, frame.reason });
    else if (Peer *waiting = present(connection))
        m_letIn(*waiting, guest.id, guest.hello); // what it asks of the store comes right behind the deed
}

void GuestDesk::turnAway(quint64 peer, const Removal &removal)
{
    if (Peer *waiting = present(peer))
        expel(*waiting, {}, removal);
}

void GuestDesk::expire()
{
    const QDateTime longAgo = m_chat.now().addMSecs(-m_chat.settings.guestTimeout.count());
    const auto longest = [this] {
        return std::min_element(m_guests.begin(), m_guests.end(),
                                [](const auto &a, const auto &b) { return a.second.info.since < b.second.info.since; });
    };
    while (!m_guests.empty() && longest()->second.info.since <= longAgo) {
        const quint64 connection = longest()->first;
        left(connection);
        turnAway(connection, { Removal::Kind::TurnedAway, {}, {}, u"Nobody has answered"_s });
    }
    if (!m_guests.empty()) {
        const qint64 rest = longAgo.msecsTo(longest()->second.info.since);
        m_timer.start(std::chrono::milliseconds(std::max<qint64>(rest, 1)));
    }
}

} // namespace hearth
