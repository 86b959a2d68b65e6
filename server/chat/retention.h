#pragma once

#include "server/chat/directory.h"

#include <QList>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace hearth {

/// Sees to it that what is said is kept as long as the settings say, and no longer. It works in small steps with a pause
/// after each, one room after the other, so that nobody who writes waits for more than a step. What a step did is done:
/// wherever this ends, the next start goes on from there. Lives on the server's thread.
class Retention : public QObject
{
    Q_OBJECT

public:
    using Now = std::function<QDateTime()>;
    struct Pace
    {
        int eventsPerStep = 200;
        std::chrono::milliseconds pause { 50 }; ///< after a step that did something
        std::chrono::milliseconds interval = std::chrono::minutes(10); ///< between two looks at all rooms
    };

    /// `keepDays` is the server's own setting. `store` must end before this does, `directory` after it.
    Retention(EventStore &store, Directory &directory, int keepDays, Now now, const Pace &pace);
    ~Retention() override;

    /// Looks at all rooms, now and then again and again.
    void start();
    void stop();

public slots:
    /// Looks at this room before all that wait: its setting has changed.
    void look(const hearth::RoomId &room);

signals:
    /// The room begins later than it did; the directory knows where.
    void expired(const hearth::RoomId &room);

private:
    void lookAtAll();
    [[nodiscard]] bool isToCome(const RoomId &room) const;
    void goOn();
    void stepDone(const RoomId &room, const Result<Expired, StoreError> &step);
    void finishFirst();
    /// What is older goes; an invalid time where nothing does.
    [[nodiscard]] QDateTime cutoff(const RoomRecord &room) const;

    EventStore &m_store;
    Directory &m_directory;
    int m_keepDays;
    Now m_now;
    Pace m_pace;
    QList<RoomId> m_waiting; ///< the first one is being worked on
    int m_events = 0; ///< that expired in the first one
    bool m_isStepping = false; ///< a step is under way
    QTimer m_roundTimer;
    QTimer m_pauseTimer;
};

} // namespace hearth
