#include "tests/faults/faultystore.h"

#include <QTimer>

namespace hearth::test {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int LateMs = 500;

} // namespace

std::optional<FaultyStore::Mistake> FaultyStore::mistakeOf(const QByteArray &name)
{
    static const QHash<QByteArray, Mistake> mistakes { { "ack-before-commit", Mistake::AckBeforeCommit },
                                                       { "no-deduplication", Mistake::NoDeduplication },
                                                       { "swapped-seq", Mistake::SwappedSeq },
                                                       { "dropped-tail", Mistake::DroppedTail },
                                                       { "unread-off-by-one", Mistake::UnreadOffByOne } };
    const auto found = mistakes.constFind(name);
    return found == mistakes.cend() ? std::nullopt : std::optional(*found);
}

FaultyStore::FaultyStore(std::unique_ptr<EventStore> store, Mistake mistake, const StoreState &state)
    : ForwardingStore(std::move(store)), m_mistake(mistake)
{
    for (const RoomRecord &room : state.rooms)
        m_lastSeq.insert(room.id, room.lastSeq.value());
}

void FaultyStore::append(const AppendRequest &request, Completion<Appended> done)
{
    const bool isMessage = std::holds_alternative<MessagePosted>(request.body) && !request.onlyRepeats;
    if (has(Mistake::AckBeforeCommit)) {
        appendLate(request, done, isMessage);
    } else if (has(Mistake::NoDeduplication) && isMessage) {
        storeAgain(request, done);
    } else if (has(Mistake::SwappedSeq) && isMessage) {
        ForwardingStore::append(request, [done](Result<Appended, StoreError> appended) {
            if (appended) {
                const qint64 seq = appended->event.seq.value();
                appended->event.seq = Seq(seq % 2 == 0 ? seq + 1 : seq - 1);
            }
            done(std::move(appended));
        });
    } else {
        ForwardingStore::append(request, std::move(done));
    }
}

void FaultyStore::appendLate(const AppendRequest &request, const Completion<Appended> &done, bool isAnsweredNow)
{
    const RoomEvent event { request.room, Seq(++m_lastSeq[request.room]), request.user, QDateTime::currentDateTimeUtc(), request.body };
    if (isAnsweredNow)
        QMetaObject::invokeMethod(this, [done, event] { done(Appended { event, false, false }); }, Qt::QueuedConnection);
    QTimer::singleShot(LateMs, this, [this, request, later = isAnsweredNow ? Completion<Appended>([](const auto &) { }) : done] {
        ForwardingStore::append(request, later);
    });
}

void FaultyStore::storeAgain(const AppendRequest &request, const Completion<Appended> &done)
{
    AppendRequest changed = request;
    auto &clientId = std::get<MessagePosted>(changed.body).clientId;
    const QString key = clientId ? request.user.toString() + u':' + clientId->toString() : QString();
    if (clientId && m_seen.contains(key))
        clientId = ClientId::generate();
    else
        m_seen.insert(key);
    ForwardingStore::append(changed, [done, body = request.body](Result<Appended, StoreError> appended) {
        if (appended)
            appended->event.body = body;
        done(std::move(appended));
    });
}

void FaultyStore::createRoom(const RoomRecord &room, const QList<UserName> &members, Completion<QList<RoomEvent>> done)
{
    ForwardingStore::createRoom(room, members, [this, done = std::move(done)](const Result<QList<RoomEvent>, StoreError> &made) {
        if (made && !made->isEmpty())
            m_lastSeq[made->last().room] = made->last().seq.value();
        done(made);
    });
}

void FaultyStore::sync(const RoomId &room, Seq after, int limit, Completion<SyncPage> done)
{
    ForwardingStore::sync(room, after, limit, [this, done = std::move(done)](Result<SyncPage, StoreError> page) {
        if (has(Mistake::DroppedTail) && page && !page->hasMore && !page->events.isEmpty()) {
            page->events.removeLast();
            page->lastSeq = Seq(page->lastSeq.value() - 1);
        }
        done(std::move(page));
    });
}

void FaultyStore::counts(const UserName &user, Completion<QList<RoomCounts>> done)
{
    ForwardingStore::counts(user, [this, done = std::move(done)](Result<QList<RoomCounts>, StoreError> counted) {
        if (has(Mistake::UnreadOffByOne) && counted) {
            for (RoomCounts &room : *counted)
                ++room.unread;
        }
        done(std::move(counted));
    });
}

} // namespace hearth::test
