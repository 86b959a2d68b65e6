#include "server/chat/retention.h"

#include <QLoggingCategory>

#include <utility>

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

Retention::Retention(EventStore &store, Directory &directory, int keepDays, Now now, const Pace &pace)
    : m_store(store), m_directory(directory), m_keepDays(keepDays), m_now(std::move(now)), m_pace(pace)
{
    m_pauseTimer.setSingleShot(true);
    connect(&m_pauseTimer, &QTimer::timeout, this, &Retention::goOn);
    connect(&m_roundTimer, &QTimer::timeout, this, &Retention::lookAtAll);
}

Retention::~Retention() = default;

void Retention::start()
{
    m_roundTimer.start(m_pace.interval);
    lookAtAll();
}

void Retention::stop()
{
    m_roundTimer.stop();
    m_pauseTimer.stop();
    m_waiting.clear();
}

void Retention::lookAtAll()
{
    for (const RoomId &room : m_directory.rooms()) {
        if (!isToCome(room) && cutoff(m_directory.room(room)->record).isValid())
            m_waiting.append(room);
    }
    goOn();
}

/// The first one may be at its last step, for which it was too early to know what is to be seen now: it comes again.
bool Retention::isToCome(const RoomId &room) const { return m_waiting.indexOf(room, 1) >= 0; }

void Retention::look(const RoomId &room)
{
    if (!isToCome(room))
        m_waiting.insert(m_waiting.isEmpty() ? 0 : 1, room);
    goOn();
}

QDateTime Retention::cutoff(const RoomRecord &room) const
{
    if (room.firstSeq > room.lastSeq)
        return {};
    const int days = room.keepDays.value_or(m_keepDays);
    if (days > 0)
        return m_now().addDays(-days);
    // What later events say of messages that are gone goes all the same.
    return room.firstSeq > Seq(1) ? QDateTime::fromMSecsSinceEpoch(0) : QDateTime();
}

void Retention::goOn()
{
    if (m_isStepping || m_pauseTimer.isActive())
        return;
    while (!m_waiting.isEmpty()) {
        const RoomId room = m_waiting.first();
        // Asked anew at each step: the setting may have changed since the last one.
        const Directory::Room *known = m_directory.room(room);
        const QDateTime before = known != nullptr ? cutoff(known->record) : QDateTime();
        if (before.isValid()) {
            m_isStepping = true;
            m_store.expire(room, before, m_pace.eventsPerStep, [this, room](const auto &step) { stepDone(room, step); });
            return;
        }
        finishFirst();
    }
}

void Retention::stepDone(const RoomId &room, const Result<Expired, StoreError> &step)
{
    m_isStepping = false;
    if (step)
        m_directory.setFirstSeq(room, step->firstSeq);
    if (m_waiting.isEmpty())
        return; // stopped
    if (step && step->events > 0) {
        m_events += step->events;
        m_pauseTimer.start(m_pace.pause);
        return;
    }
    finishFirst();
    if (!step)
        m_waiting.clear(); // the disk is full, or busy: the next round tries again
    goOn();
}

void Retention::finishFirst()
{
    const RoomId room = m_waiting.takeFirst();
    const int events = std::exchange(m_events, 0);
    if (events == 0)
        return;
    qCInfo(lcChat).nospace() << "event=expired events=" << events;
    emit expired(room);
}

} // namespace hearth
