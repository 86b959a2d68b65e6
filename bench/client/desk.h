#pragma once

#include "bench/client/watch.h"
#include "client/session.h"
#include "ui/mainwindow.h"

#include <QSettings>
#include <QUrl>

#include <memory>

namespace hearth {
class TimelineModel;
class TimelineView;
}

namespace hearth::bench {

/// Somebody at a window of their own, as app/ puts it together, with what is kept in a directory.
class Desk
{
public:
    Desk(Watch &watch, const QString &directory, const UserName &user);
    ~Desk();

    /// The time from the click on "Join" until the newest message of the lobby is painted, in ms.
    [[nodiscard]] double join(const QUrl &url);
    /// Makes the room one's own, and waits until its newest page is there.
    void enter(const RoomId &room);
    /// The time from the click on the room until its newest message is painted.
    [[nodiscard]] double click(const RoomId &room);
    /// The time until the page before the first row is painted, after scrolling up to there.
    [[nodiscard]] double scrollUp();
    [[nodiscard]] double jumpToNewest();
    /// Until the newest message, which has this number at least, is painted.
    void awaitNewest(Seq atLeast);

    [[nodiscard]] TimelineModel *timeline() const;
    [[nodiscard]] TimelineView *view() const;
    [[nodiscard]] Session &session() { return *m_session; }
    [[nodiscard]] Watch &watch() { return m_watch; }

private:
    /// Looks after each painting whether it shows what is wanted.
    double awaitPainted(qint64 since, const std::function<bool()> &isShown);
    [[nodiscard]] bool showsNewest() const;

    Watch &m_watch;
    QString m_directory;
    UserName m_user;
    QSettings m_settings;
    MainWindow m_window;
    std::unique_ptr<Session> m_session;
    RoomId m_room;
};

[[noreturn]] void giveUp(const QString &what);

} // namespace hearth::bench
