#pragma once

#include "server/chat/audience.h"
#include "server/chat/directory.h"
#include "server/chat/passwordgate.h"
#include "server/chat/serversettings.h"
#include "server/store/accountstore.h"

#include <QSet>

#include <functional>

namespace hearth {

/// What every part of the chat works with.
struct ChatContext
{
    const ServerSettings &settings;
    EventStore &store;
    Directory &directory;
    Audience &audience;
    PasswordGate &passwords;
    std::function<QDateTime()> now;
    /// A busy peer's request has been decided: what waited goes on.
    std::function<void(quint64 peer)> resume;
    /// A room's setting for how long it keeps what is said has changed.
    std::function<void(const RoomId &room)> keepChanged;
    bool isDraining = false;
    /// Whose account the store is changing: what the directory knows of them is about to be wrong.
    QSet<UserName> changing = {};
};

/// Common ground of the chat's parts: refusing, and coming back to a peer that may have gone meanwhile.
class ChatDesk
{
public:
    using Id = std::optional<RequestId>;

    explicit ChatDesk(ChatContext &context) : m_chat(context) { }

    /// `message` replaces the code's own words; `detail` is for a developer.
    void refuse(Peer &peer, const Id &id, ErrorCode code, const QString &message = {}, const QString &detail = {},
                const std::optional<ClientId> &clientId = {});
    void refuse(Peer &peer, const Id &id, const StoreError &error, const std::optional<ClientId> &clientId = {},
                const QString &detail = {});
    /// Says why, and closes. The peer may be gone afterwards.
    void expel(Peer &peer, const Id &id, const Removal &removal);
    /// Says that its session has ended, and closes. The peer may be gone afterwards.
    void signOut(Peer &peer);
    /// `rate_limited`, for so many milliseconds.
    void refuseFor(Peer &peer, const Id &id, qint64 wait, const QString &message = {}, const std::optional<ClientId> &clientId = {});

protected:
    /// The peer, or nullptr when it has gone or was shown the door.
    [[nodiscard]] Peer *present(quint64 peer) const;
    /// `then(peer, result)` with the peer, or nullptr when it is not present.
    template <typename T, typename Then>
    [[nodiscard]] EventStore::Completion<T> then(const Peer &peer, Then next)
    {
        return [this, id = peer.id(), next = std::move(next)](const Result<T, StoreError> &result) {
            next(present(id), result);
        };
    }
    /// What the peer asks next waits until `unblock()`.
    void block(Peer &peer) { peer.isBusy = true; }
    void unblock(Peer *peer);
    /// What the peer asks next waits for the next turn of the event loop: for answers that take their time. A client may
    /// ask for two hundred of them at once.
    void pause(Peer &peer);

    /// As whom the peer may look at rooms: a name without `hello` opens no doors.
    [[nodiscard]] static std::optional<UserName> viewer(const Peer &peer);
    /// The room a request means, if the peer may know of it; otherwise it hears that there is none.
    [[nodiscard]] std::optional<RoomId> visibleRoom(Peer &peer, const Id &id, const std::optional<RoomId> &wanted);
    /// The same for something that only members do.
    [[nodiscard]] std::optional<RoomId> ownRoom(Peer &peer, const Id &id, const std::optional<RoomId> &wanted,
                                                const std::optional<ClientId> &clientId = {});
    /// The same for a peer that has named itself.
    [[nodiscard]] std::optional<RoomId> ownRoomOfNamed(Peer &peer, const Id &id, const std::optional<RoomId> &wanted);
    /// Why the peer may not do in a room what only members do.
    [[nodiscard]] std::optional<ErrorCode> objectionTo(const Peer &peer, const RoomId &room) const;
    /// What it hears then.
    [[nodiscard]] Error roomError(ErrorCode objection) const;
    void refuseRoom(Peer &peer, const Id &id, ErrorCode objection, const std::optional<ClientId> &clientId = {});
    /// Makes sure that the store knows a plain client's name before something is appended in it.
    void remember(const Peer &peer);
    /// False, and the peer has heard why, for one that has not named itself.
    [[nodiscard]] bool isNamed(Peer &peer, const Id &id);
    [[nodiscard]] bool isWelcomed(Peer &peer, const Id &id);
    [[nodiscard]] bool isModerator(const Peer &peer) const;
    [[nodiscard]] bool isOwner(const Peer &peer) const;
    /// False, and the peer has heard `whoMay`, for one that is no owner.
    [[nodiscard]] bool isOwner(Peer &peer, const Id &id, const QString &whoMay);
    /// Of one that was welcomed; the console has an owner's.
    [[nodiscard]] std::optional<Role> roleOf(const Peer &peer) const;

    /// Whether somebody can come in: an account server has no guests.
    [[nodiscard]] bool mayComeIn(const UserRecord &user) const;
    /// The record of that name, if somebody can come in with it; otherwise null, and the peer hears that there is none.
    [[nodiscard]] const UserRecord *somebody(Peer &peer, const Id &id, const UserName &user);
    void acknowledge(Peer &peer, const Id &id, const std::optional<RoomId> &room = {});
    /// It is stored: the name is an account's from now on, or a guest's who came by an invite, free of what was before.
    void takeAccount(const UserRecord &account);
    /// Every welcomed connection of the user hears the room from now on; all but `except` are told of it.
    void bringIn(const UserName &user, const RoomId &room, const Peer *except);

    // ---- for those in charge ----
    /// It is stored: the user has the role from now on, with what follows from it for mutes, and whom it concerns hears of it.
    void giveRole(const AuditEntry &given);
    /// False, and the peer has heard who may, for one that is no moderator.
    [[nodiscard]] bool isInCharge(Peer &peer, const Id &id, const QString &whoMay);
    /// Whether the peer may be told of what is about that room, if it is about one.
    [[nodiscard]] bool mayKnow(const Peer &peer, const std::optional<RoomId> &room) const;
    /// Why the peer may do nothing to that user.
    [[nodiscard]] std::optional<QString> objectionToTouching(const Peer &peer, const UserName &user) const;
    /// To whom the peer does something, as they write themselves; nothing, and it has heard why, where it may not.
    [[nodiscard]] std::optional<UserName> subject(Peer &peer, const Id &id, const UserName &user);
    /// When something ends that lasts so long from now.
    [[nodiscard]] QDateTime endOf(const std::optional<qint64> &forSeconds) const;
    /// Answers as the store has decided of a deed; `notFound` replaces its words.
    void conclude(Peer &peer, const Id &id, const Result<AuditEntry, StoreError> &done, const QString &notFound = {});

    /// False, and the peer, which has a name, has heard why, for one that is muted in the room; without one: everywhere.
    [[nodiscard]] bool isHeard(Peer &peer, const Id &id, const std::optional<RoomId> &room);
    /// Why the peer, which has a name, may write nothing in a room: muted there, the room is closed, or the other half of a
    /// direct one was removed.
    [[nodiscard]] std::optional<Error> objectionToWriting(const Peer &peer, const RoomId &room) const;
    /// False, and the peer has heard why, where there is one.
    [[nodiscard]] bool mayWrite(Peer &peer, const Id &id, const RoomId &room);

    ChatContext &m_chat;

private:
    [[nodiscard]] std::optional<Error> objectionOfMute(const Peer &peer, const std::optional<RoomId> &room) const;
};

} // namespace hearth
