#include "bench/client/desk.h"

#include "client/roomlistmodel.h"
#include "client/timelinemodel.h"
#include "ui/chatpage.h"
#include "ui/sidebar.h"
#include "ui/timelineview.h"

#include <QListView>
#include <QMouseEvent>
#include <QScrollBar>

#include <cstdio>
#include <cstdlib>

namespace hearth::bench {

using namespace Qt::Literals::StringLiterals;

void giveUp(const QString &what)
{
    std::fprintf(stderr, "hearth_bench_client: %s\n", qPrintable(what));
    std::_Exit(1);
}

Desk::Desk(Watch &watch, const QString &directory, const UserName &user)
    : m_watch(watch), m_directory(directory), m_user(user), m_settings(directory + u"/window.ini"_s, QSettings::IniFormat),
      m_window(m_settings), m_room(RoomId::lobby())
{
    m_window.resize(1'000, 700);
    m_window.show();
    m_watch.live(100);
}

Desk::~Desk()
{
    m_watch.afterPaint(nullptr, {});
    m_window.showStart();
    m_session.reset();
}

TimelineModel *Desk::timeline() const { return m_session->timeline(m_room); }

TimelineView *Desk::view() const { return m_window.findChild<TimelineView *>(); }

bool Desk::showsNewest() const
{
    if (view() == nullptr || m_window.chatPage()->currentRoom() != m_room || timeline()->rowCount() == 0)
        return false;
    // Not the room's last event: that may be somebody's coming, which has no row.
    return view()->isAtBottom() && timeline()->newerCount() == 0 && view()->lastVisibleSeq() >= timeline()->lastSeq();
}

double Desk::awaitPainted(qint64 since, const std::function<bool()> &isShown)
{
    qint64 seen = 0;
    m_watch.afterPaint(nullptr, [&] {
        if (seen == 0 && isShown())
            seen = now();
    });
    if (!m_watch.await([&seen] { return seen > 0; }))
        giveUp(u"What was waited for in %1 was never painted."_s.arg(m_room.toString()));
    m_watch.afterPaint(view()->viewport(), [] {}); // painted ones are counted
    return static_cast<double>(seen - since) / 1e6;
}

double Desk::join(const QUrl &url)
{
    SessionSettings joining { url, m_user, {}, m_directory };
    joining.mayBePlain = true;
    const qint64 began = now();
    m_session = std::make_unique<Session>(joining);
    m_window.setSession(m_session.get(), url.authority());
    m_session->open();
    return awaitPainted(began, [this] { return showsNewest(); });
}

void Desk::enter(const RoomId &room)
{
    m_session->joinRoom(room);
    if (!m_watch.await([this, room] { return m_session->timeline(room)->rowCount() > 0; }))
        giveUp(u"The room %1 was not entered."_s.arg(room.toString()));
    m_room = room;
}

double Desk::click(const RoomId &room)
{
    auto *list = qobject_cast<QListView *>(m_window.findChild<Sidebar *>()->list());
    QModelIndex index;
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        if (list->model()->index(row, 0).data(RoomListModel::RoomIdRole).value<RoomId>() == room)
            index = list->model()->index(row, 0);
    }
    if (!index.isValid())
        giveUp(u"The room %1 is not in the sidebar."_s.arg(room.toString()));
    list->scrollTo(index);
    m_watch.live(50);
    const QPointF place = list->visualRect(index).center();
    m_room = room;
    const qint64 began = now();
    for (const auto type : { QEvent::MouseButtonPress, QEvent::MouseButtonRelease }) {
        QMouseEvent event(type, place, list->viewport()->mapToGlobal(place), Qt::LeftButton,
                          type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(list->viewport(), &event);
    }
    return awaitPainted(began, [this] { return showsNewest(); });
}

double Desk::scrollUp()
{
    if (!m_watch.await([this] { return !timeline()->isLoading(); }))
        giveUp(u"A page was never loaded."_s);
    const Seq first = timeline()->index(0).data(TimelineModel::SeqRole).value<Seq>();
    const qint64 began = now();
    view()->verticalScrollBar()->setValue(0);
    view()->viewport()->update();
    return awaitPainted(began, [this, first] {
        return timeline()->index(0).data(TimelineModel::SeqRole).value<Seq>() < first;
    });
}

double Desk::jumpToNewest()
{
    const qint64 began = now();
    view()->jumpToNewest();
    view()->viewport()->update();
    return awaitPainted(began, [this] { return showsNewest(); });
}

void Desk::awaitNewest(Seq atLeast)
{
    static_cast<void>(awaitPainted(now(), [this, atLeast] { return showsNewest() && view()->lastVisibleSeq() >= atLeast; }));
}

} // namespace hearth::bench
