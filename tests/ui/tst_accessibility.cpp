#include "tests/support/testmain.h"
#include "tests/ui/stage.h"
#include "ui/choosedialog.h"
#include "ui/confirm.h"
#include "ui/createroomdialog.h"
#include "ui/emojipicker.h"
#include "ui/invitedialog.h"
#include "ui/sidebar.h"
#include "ui/timelineview.h"

#include <QAccessible>
#include <QApplication>
#include <QDialog>
#include <QMenu>
#include <QTabBar>
#include <QToolButton>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Stage;

namespace {

/// As a screen reader calls it.
QString nameOf(QWidget *widget)
{
    QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
    return accessible == nullptr ? QString() : accessible->text(QAccessible::Name);
}

/// What the Tab key is meant to reach.
QSet<QWidget *> focusable(const QWidget &place)
{
    QSet<QWidget *> widgets;
    for (QWidget *widget : place.findChildren<QWidget *>()) {
        const bool isOurs = widget->window() == place.window() && widget->isVisible() && widget->isEnabled();
        if (isOurs && (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->focusProxy() == nullptr)
            widgets.insert(widget);
    }
    return widgets;
}

/// From where the focus is, once round.
QList<QWidget *> tabbed(Qt::Key key = Qt::Key_Tab)
{
    QList<QWidget *> order;
    for (int i = 0; i < 100; ++i) {
        QWidget *focus = QApplication::focusWidget();
        if (focus == nullptr || order.contains(focus))
            break;
        order.append(focus);
        QTest::keyClick(focus, key);
    }
    return order;
}

QStringList namesOf(const QList<QWidget *> &widgets)
{
    QStringList names;
    for (QWidget *widget : widgets)
        names.append(nameOf(widget));
    return names;
}

} // namespace

/// Everything can be reached by key, in an order that makes sense, and says what it is.
class tst_Accessibility : public test::Test
{
    Q_OBJECT

private slots:
    void everythingIsReachedAndNamed_data()
    {
        QTest::addColumn<QString>("place");
        for (const QString &place : { u"start"_s, u"start, a password is asked for"_s, u"start, a password is chosen"_s, u"start, under way"_s, u"chat"_s, u"chat, hosting"_s,
                                      u"chat, replying"_s, u"chat, narrow"_s, u"create a room"_s, u"join a room"_s,
                                      u"go to a room"_s, u"change the topic"_s, u"invite somebody"_s,
                                      u"tell everyone"_s, u"invite people"_s, u"invite people, made"_s, u"invite people, list"_s, u"room details"_s, u"ban an address"_s, u"a question"_s, u"emoji"_s })
            QTest::newRow(qPrintable(place)) << place;
    }
    void everythingIsReachedAndNamed()
    {
        QFETCH(QString, place);
        Stage stage;
        QWidget *widget = open(stage, place);
        QVERIFY(widget);
        QApplication::setActiveWindow(widget->window());
        if (QApplication::focusWidget() == nullptr || QApplication::focusWidget()->window() != widget->window())
            QTest::keyClick(widget->window(), Qt::Key_Tab);
        const QSet<QWidget *> wanted = focusable(*widget);
        QVERIFY(!wanted.isEmpty());
        for (QWidget *one : wanted)
            QVERIFY2(!nameOf(one).isEmpty(), qPrintable(QString::fromLatin1(one->metaObject()->className()) + u' ' + one->objectName()));
        const QList<QWidget *> forth = tabbed();
        for (QWidget *one : wanted)
            QVERIFY2(forth.contains(one), qPrintable(nameOf(one) + u" is not among "_s + namesOf(forth).join(u", "_s)));
        QCOMPARE(tabbed(Qt::Key_Backtab).size(), forth.size());
        for (const QLabel *label : widget->findChildren<QLabel *>())
            QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->text()));
    }

    void theOrderIsThatOfReading()
    {
        Stage stage;
        QApplication::setActiveWindow(&stage.window);
        QCOMPARE(namesOf(tabbed()), (QStringList { u"Your name"_s, u"Host a chat"_s, u"Ask me before somebody new comes in"_s, u"Address or link of a chat"_s, u"Join"_s }));
        QVERIFY(stage.comeOnline());
        stage.window.setHosting({ u"192.168.1.20"_s });
        QCOMPARE(namesOf(tabbed()),
                 (QStringList { u"Message"_s, u"Insert an emoji"_s, u"Members"_s, u"Invite people…"_s, u"This chat"_s, u"Rooms"_s, u"Create or join a room"_s,
                                u"This room"_s, u"Copy link"_s, u"Hide this"_s, u"Messages"_s }));
    }

    /// It goes with the focus, so that nothing behind it has the focus unseen.
    void aPanelOverTheConversationIsReachedBothWays()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        QApplication::setActiveWindow(&stage.window);
        stage.window.resize(480, 600);
        QTRY_VERIFY(!stage.find<Sidebar>()->isVisible());
        stage.find<QToolButton>(u"sidebarButton"_s)->click();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Backtab);
        QCOMPARE(nameOf(QApplication::focusWidget()), u"This chat"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(nameOf(QApplication::focusWidget()), u"Create or join a room"_s);
        QVERIFY(stage.find<Sidebar>()->isVisible());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QVERIFY(!stage.find<Sidebar>()->isVisible());
    }

    void menusSayWhatTheyDo()
    {
        Stage stage;
        QVERIFY(stage.comeOnline());
        emit stage.find<Sidebar>()->menuRequested(QPoint());
        stage.find<QToolButton>(u"roomMenuButton"_s)->click();
        const auto menus = stage.window.findChildren<QMenu *>();
        QVERIFY(menus.size() >= 3);
        for (const QMenu *menu : menus) {
            for (const QAction *action : menu->actions())
                QVERIFY(action->isSeparator() || !action->text().isEmpty());
        }
    }

private:
    /// Of the two menus of a chat.
    static void choose(Stage &stage, const QString &text)
    {
        emit stage.find<Sidebar>()->menuRequested(QPoint());
        stage.find<QToolButton>(u"roomMenuButton"_s)->click();
        for (QMenu *menu : stage.window.findChildren<QMenu *>()) {
            for (QAction *action : menu->actions()) {
                if (action->text().startsWith(text))
                    action->trigger();
            }
            menu->close();
        }
    }
    static QWidget *inviteDialog(Stage &stage, const QString &place)
    {
        stage.window.setHosting({ u"192.168.1.20"_s, u"10.0.0.4"_s });
        stage.window.chatPage()->showRoom(*RoomId::parse(u"ops"));
        stage.window.chatPage()->invitePeople();
        auto *dialog = stage.find<InviteDialog>();
        const QDateTime now = QDateTime::currentDateTimeUtc();
        const InviteInfo invite { u"i1"_s, {}, Role::Member, {}, u"<b>note</b>"_s, now, {}, 0, {} };
        if (place.contains(u"made"_s))
            dialog->setCreated(invite, u"mZ0pYw7Qk1uXrB5cT2aE9g"_s);
        else if (place.contains(u"list"_s))
            dialog->findChild<QTabBar *>()->setCurrentIndex(1);
        dialog->setInvites({ invite, invite });
        return dialog;
    }
    static QWidget *open(Stage &stage, const QString &place)
    {
        if (place.startsWith(u"start"_s)) {
            stage.settings.beginWriteArray(u"recent"_s, 1);
            stage.settings.setArrayIndex(0);
            stage.settings.setValue(u"address"_s, u"ship.lan"_s);
            stage.settings.endArray();
            stage.window.showStart();
            if (place.contains(u"chosen"_s))
                stage.window.startPage()->askForPassword(StartPage::Secret::OfNewAccount);
            else if (place.contains(u"password"_s))
                stage.window.startPage()->askForPassword(StartPage::Secret::OfAccount);
            else if (place.contains(u"under way"_s))
                stage.window.startPage()->setBusy(u"Connecting…"_s);
            return stage.window.startPage();
        }
        stage.server.addMessage(u"lobby"_s, u"Bo"_s, u"hello"_s, u"2026-11-23T14:05:00.000Z"_s);
        stage.server.role = u"owner"_s;
        if (!stage.comeOnline())
            return nullptr;
        ChatPage *page = stage.window.chatPage();
        if (place.contains(u"narrow"_s)) {
            stage.window.resize(480, 600);
            if (!QTest::qWaitFor([&] { return !stage.find<Sidebar>()->isVisible(); }))
                return nullptr;
        }
        if (place == u"chat, hosting"_s)
            stage.window.setHosting({ u"192.168.1.20"_s });
        else if (place == u"chat, replying"_s)
            emit stage.find<TimelineView>()->replyRequested(Seq(1), u"Bo"_s, u"hello"_s);
        if (place.startsWith(u"chat"_s))
            return page;
        if (place == u"emoji"_s) {
            emit stage.find<TimelineView>()->reactionWanted(Seq(1), QPoint());
            return stage.find<EmojiPicker>();
        }
        if (place == u"create a room"_s)
            page->createRoom();
        else if (place == u"join a room"_s)
            page->browseRooms();
        else if (place == u"go to a room"_s)
            page->switchRoom();
        else if (place.startsWith(u"invite people"_s))
            return inviteDialog(stage, place);
        else if (place == u"room details"_s)
            page->showDetails();
        else if (place == u"ban an address"_s)
            choose(stage, u"Ban an address"_s);
        else if (place == u"tell everyone"_s)
            choose(stage, u"Tell everyone"_s);
        else if (place == u"change the topic"_s)
            choose(stage, u"Change the topic"_s);
        else if (place == u"invite somebody"_s)
            choose(stage, u"Invite somebody"_s);
        else
            ask(page, { u"Leave?"_s, u"<b>x</b>"_s, u"Leave"_s, u"Do not ask again"_s }, [](bool) {});
        return stage.find<QDialog>();
    }
};

HEARTH_GUI_TEST_MAIN(tst_Accessibility)
#include "tst_accessibility.moc"
