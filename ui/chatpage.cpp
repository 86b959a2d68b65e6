#include "ui/chatpage.h"

#include "client/memberlistmodel.h"
#include "client/moderation.h"
#include "client/roomlistmodel.h"
#include "client/timelinemodel.h"
#include "protocol/limits.h"
#include "ui/banner.h"
#include "ui/chatlinks.h"
#include "ui/choosedialog.h"
#include "ui/composer.h"
#include "ui/createroomdialog.h"
#include "ui/devicesdialog.h"
#include "ui/guestbar.h"
#include "ui/inviteactions.h"
#include "ui/invitewords.h"
#include "ui/jumpbutton.h"
#include "ui/measures.h"
#include "ui/memberspanel.h"
#include "ui/moderationactions.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"
#include "ui/passworddialog.h"
#include "ui/roomdetailsdialog.h"
#include "ui/roomheader.h"
#include "ui/sidebar.h"
#include "ui/sidepanels.h"
#include "ui/timelineview.h"
#include "ui/words.h"

#include <QLabel>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;
using What = RequestFailure::What;

namespace {

constexpr qsizetype ShownServerName = 64; ///< UTF-16 units

} // namespace

ChatPage::ChatPage(Session *session, QWidget *parent)
    : QWidget(parent), m_session(session), m_sidebar(new Sidebar(this)), m_header(new RoomHeader(this)),
      m_banner(new Banner(this)), m_timeline(new TimelineView(this)), m_jump(new JumpButton(m_timeline)),
      m_typing(plainLabel({}, this)), m_composer(new Composer(this)), m_members(new MembersPanel(this)),
      m_moderation(new ModerationActions(session, this)), m_invites(new InviteActions(session, this))
{
    setObjectName(u"chatPage"_s);
    setAttribute(Qt::WA_StyledBackground);

    m_typing->setObjectName(u"typingLine"_s);
    setRole(m_typing, u"dim"_s);
    m_typing->setFont(scaled(font(), SmallType));
    m_typing->setFixedHeight(TypingLineHeight);
    m_typing->setContentsMargins(Margin + Padding, 0, Margin, 0);
    m_typing->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_banner->hide();

    auto *conversation = new QWidget(this);
    auto *column = new QVBoxLayout(conversation);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_banner);
    column->addWidget(m_moderation->guestBar());
    column->addWidget(m_timeline, 1);
    column->addWidget(m_typing);
    column->addWidget(m_composer);
    m_panels = new SidePanels(m_sidebar, conversation, m_members, this);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_panels);

    m_sidebar->setRooms(session->rooms());
    m_members->setPresenceKnown(session->status().state == ConnectionStatus::State::Online);
    m_countdown.setInterval(1'000);
    m_silenceEnd.setSingleShot(true);
    m_roomChange.setSingleShot(true);
    m_peopleChange.setSingleShot(true);
    connectSession();
    connectParts();
    connectKeys();
    refreshTheme();
    updateBanner();
    const auto first = session->rooms()->index(0);
    showRoom(first.isValid() ? first.data(RoomListModel::RoomIdRole).value<RoomId>() : RoomId::lobby());
}

ChatPage::~ChatPage()
{
    m_session->disconnect(this);
    m_timeline->setTimeline(nullptr);
}

void ChatPage::connectSession()
{
    // session → page
    connect(m_session, &Session::statusChanged, this, [this](const ConnectionStatus &status) {
        m_sidebar->setStatus(status);
        m_members->setPresenceKnown(status.state == ConnectionStatus::State::Online);
        if (status.state == ConnectionStatus::State::Online) {
            m_error.clear();
            m_composer->setMaxLength(m_session->maxContentLength());
            updateWelcome(); // the link in it has the key of the connection
        }
        updateBanner();
        updateEncryption();
    });
    connect(m_session, &Session::identityChanged, this, [this] {
        m_sidebar->setServerName(m_session->server().name);
        updateComposer();
    });
    connect(m_session->moderation(), &Moderation::mutesChanged, this, &ChatPage::updateComposer);
    connect(&m_silenceEnd, &QTimer::timeout, this, &ChatPage::updateComposer);
    connect(m_session, &Session::signedOut, this, &ChatPage::signedOut);
    connect(m_session, &Session::removedFromRoom, this, [this](const RoomSummary &room, const UserName &by, const QString &reason) {
        m_error = ModerationWords::removedFromRoom(Words::roomName(room), by, reason);
        updateBanner();
    });
    connect(m_session, &Session::typistsChanged, this, [this](const RoomId &room) {
        if (room == m_room)
            updateTyping();
    });
    connect(m_session, &Session::listenersChanged, this, [this](const RoomId &room) {
        if (room == m_room)
            updateEncryption();
    });
    connect(m_session, &Session::roomReady, this, [this](const RoomId &room) {
        if (m_createDialog)
            m_createDialog->accept();
        if (m_joinDialog)
            m_joinDialog->accept();
        showRoom(room);
    });
    connect(m_session, &Session::roomGone, this, [this](const RoomId &room) {
        if (room == m_room)
            showRoom(RoomId::lobby());
    });
    connect(m_session, &Session::roomsListed, this, [this](const QList<RoomSummary> &rooms) {
        if (!m_joinDialog)
            return;
        QList<Choice> choices;
        for (const RoomSummary &room : rooms) {
            if (!room.isMember)
                choices.append({ room.name.isEmpty() ? room.room.toString() : room.name, room.topic, QVariant::fromValue(room.room) });
        }
        m_joinDialog->setChoices(choices);
    });
    connect(m_session, &Session::requestFailed, this, &ChatPage::showFailure);
    connect(m_session, &Session::unsentCountChanged, this, [this, last = 0](int count) mutable {
        if (count < std::exchange(last, count))
            m_composer->resolveProblem(); // the server takes messages again
    });
    connect(m_session, &Session::notified, this, [this](const Notification &notification) {
        if (notification.kind != Notification::Kind::System)
            return;
        m_error = tr("%1 to everyone: %2").arg(Words::oneLine(notification.user.toString(), 40),
                                               Words::oneLine(notification.content, 500));
        updateBanner();
    });
    connect(m_session, &Session::localStoreFailed, this, [this](const QString &detail) {
        m_error = tr("This computer cannot keep what is said (%1). Messages that are not sent yet are lost when you quit.")
                      .arg(Words::oneLine(detail, 120));
        updateBanner();
    });
    connect(m_session->everyone(), &QAbstractItemModel::modelReset, this, &ChatPage::updateWelcome);
    connect(m_session->everyone(), &QAbstractItemModel::rowsInserted, this, &ChatPage::updateWelcome);
    connect(m_session->everyone(), &QAbstractItemModel::rowsRemoved, this, &ChatPage::updateWelcome);
    connect(m_session->rooms(), &QAbstractItemModel::dataChanged, this, &ChatPage::noteRoomsChanged);
    connect(&m_roomChange, &QTimer::timeout, this, &ChatPage::updateHeader);
    connect(&m_roomChange, &QTimer::timeout, this, &ChatPage::updateComposer);
    connect(&m_peopleChange, &QTimer::timeout, this, &ChatPage::updateEncryption);
    connect(m_session->rooms(), &QAbstractItemModel::rowsInserted, this, [this] {
        m_sidebar->setCurrentRoom(m_room);
        updateHeader();
        if (m_session->rooms()->rowOf(m_room) >= 0 && m_isLookedAt)
            m_session->setCurrentRoom(m_room);
    });
}

void ChatPage::connectParts()
{
    // sidebar → page
    connect(m_sidebar, &Sidebar::roomChosen, this, [this](const RoomId &room) {
        showRoom(room);
        m_panels->closeOver();
        m_composer->focusField();
    });
    connect(m_sidebar, &Sidebar::createRequested, this, &ChatPage::createRoom);
    connect(m_sidebar, &Sidebar::browseRequested, this, &ChatPage::browseRooms);
    connect(m_sidebar, &Sidebar::leaveRequested, this, &ChatPage::askBeforeLeaving);
    connect(m_sidebar, &Sidebar::menuRequested, this, &ChatPage::showChatMenu);
    // header → page
    connect(m_header, &RoomHeader::roomsRequested, this, [this] { m_panels->toggle(m_sidebar, m_sidebar->list()); });
    connect(m_header, &RoomHeader::membersRequested, this, [this] { m_panels->toggle(m_members, m_members->list()); });
    connect(m_header, &RoomHeader::menuRequested, this, &ChatPage::showRoomMenu);
    // panels → page
    connect(m_panels, &SidePanels::arranged, this,
            [this] { m_header->setHasButtonFor(!m_panels->isBeside(m_sidebar), !m_panels->isBeside(m_members)); });
    connect(m_panels, &SidePanels::closed, m_composer, &Composer::focusField);
    // members → session
    connect(m_members, &MembersPanel::directRequested, m_session, &Session::openDirect);
    connect(m_members, &MembersPanel::mentionRequested, this,
            [this](const UserName &user) { m_composer->insertText(u'@' + user.toString() + u' '); });
    connect(m_members, &MembersPanel::inviteRequested, this, &ChatPage::invite);
    connect(m_members, &MembersPanel::invitePeopleRequested, this,
            [this] { m_invites->show(m_room, InviteActions::To::Room, links()); });
    connect(m_members, &MembersPanel::menuOpening, this,
            [this](QMenu *menu, const UserName &user) { m_moderation->fillMemberMenu(menu, m_room, user); });
    connect(m_members, &MembersPanel::peopleChanged, this, [this] {
        if (!m_peopleChange.isActive())
            m_peopleChange.start(0);
    });
    // timeline → session
    connect(m_timeline, &TimelineView::olderWanted, this, [this] { m_session->loadOlder(m_room); }, Qt::QueuedConnection);
    connect(m_timeline, &TimelineView::newerWanted, this, [this] { m_session->loadNewer(m_room); }, Qt::QueuedConnection);
    connect(m_timeline, &TimelineView::newestWanted, this, [this] { m_session->loadNewest(m_room); });
    connect(m_timeline, &TimelineView::positionChanged, this, &ChatPage::markSeen);
    connect(m_timeline, &TimelineView::replyRequested, m_composer, &Composer::beginReply);
    connect(m_timeline, &TimelineView::editRequested, m_composer, &Composer::beginEdit);
    connect(m_timeline, &TimelineView::deleteRequested, this, &ChatPage::askBeforeDeleting);
    connect(m_timeline, &TimelineView::reactionChosen, this,
            [this](Seq seq, const QString &emoji, bool add) { m_session->react(m_room, seq, emoji, add); });
    connect(m_timeline, &TimelineView::reactionWanted, this, [this](Seq seq, QPoint position) {
        pickEmoji(position, [this, seq, room = m_room](const QString &emoji) { m_session->react(room, seq, emoji, true); });
    });
    connect(m_timeline, &TimelineView::retryRequested, this, [this](const ClientId &id) { m_session->retry(m_room, id); });
    connect(m_timeline, &TimelineView::discardRequested, this, [this](const ClientId &id) { m_session->discard(m_room, id); });
    connect(m_timeline, &TimelineView::directRequested, m_session, &Session::openDirect);
    connect(m_timeline, &TimelineView::linkActivated, this, &ChatPage::openLink);
    connect(m_timeline, &TimelineView::typingBegun, m_composer, &Composer::insertText);
    connect(m_timeline, &TimelineView::welcomeActionTriggered, this, &ChatPage::invitePeople);
    // composer → session
    connect(m_composer, &Composer::submitted, this, [this](const QString &text, std::optional<Seq> replyTo) {
        m_session->post(m_room, text, replyTo);
        m_session->noteComposing(m_room, {});
        m_timeline->jumpToNewest();
    });
    connect(m_composer, &Composer::editSubmitted, this,
            [this](Seq seq, const QString &text) { m_session->edit(m_room, seq, text); });
    connect(m_composer, &Composer::textEdited, this, [this](const QString &text) { m_session->noteComposing(m_room, text); });
    connect(m_composer, &Composer::editLastRequested, this, &ChatPage::editLast);
    connect(m_composer, &Composer::emojiRequested, this, [this](QPoint position) {
        pickEmoji(position, [this](const QString &emoji) { m_composer->insertText(emoji); });
    });
    // banner → session
    connect(m_banner, &Banner::actionTriggered, this, [this] {
        if (m_session->status().state != ConnectionStatus::State::Online)
            m_session->retryNow();
        else
            copyLink();
    });
    connect(m_banner, &Banner::dismissed, this, [this] {
        if (!std::exchange(m_error, {}).isEmpty()) {
            updateBanner();
            return;
        }
        (m_session->status().isOpenToOthers ? m_isPlainBannerDismissed : m_isHostBannerDismissed) = true;
        updateBanner();
    });
    connect(&m_countdown, &QTimer::timeout, this, &ChatPage::updateBanner);
}

void ChatPage::connectKeys()
{
    const auto onKey = [this](const QKeySequence &key, auto action) {
        connect(new QShortcut(key, this), &QShortcut::activated, this, action);
    };
    onKey(Qt::CTRL | Qt::Key_K, [this] { switchRoom(); });
    onKey(Qt::CTRL | Qt::Key_N, [this] { createRoom(); });
    onKey(Qt::CTRL | Qt::Key_J, [this] { browseRooms(); });
    onKey(Qt::CTRL | Qt::Key_I, [this] { showDetails(); });
    onKey(Qt::CTRL | Qt::SHIFT | Qt::Key_I, [this] { invitePeople(); });
    onKey(Qt::ALT | Qt::Key_Down, [this] { goToRoom(1, false); });
    onKey(Qt::ALT | Qt::Key_Up, [this] { goToRoom(-1, false); });
    onKey(Qt::ALT | Qt::SHIFT | Qt::Key_Down, [this] { goToRoom(1, true); });
    onKey(Qt::ALT | Qt::SHIFT | Qt::Key_Up, [this] { goToRoom(-1, true); });
    onKey(Qt::CTRL | Qt::SHIFT | Qt::Key_A, [this] { m_moderation->showAudit(); });
    onKey(Qt::CTRL | Qt::Key_L, [this] { m_composer->focusField(); });
    onKey(Qt::CTRL | Qt::Key_End, [this] { m_timeline->jumpToNewest(); });
    onKey(Qt::CTRL | Qt::SHIFT | Qt::Key_R, [this] { m_panels->open(m_sidebar, m_sidebar->list()); });
    onKey(Qt::CTRL | Qt::SHIFT | Qt::Key_M, [this] { m_panels->open(m_members, m_members->list()); });
    onKey(Qt::CTRL | Qt::SHIFT | Qt::Key_T, [this] { m_timeline->setFocus(Qt::ShortcutFocusReason); });
}

// ---- what is shown ----

void ChatPage::showRoom(const RoomId &room)
{
    if (m_room == room && m_session->rooms()->rowOf(room) >= 0) {
        m_sidebar->setCurrentRoom(room);
        return;
    }
    m_composer->cancel();
    m_room = room;
    if (m_isLookedAt)
        m_session->setCurrentRoom(room);
    const auto summary = m_session->rooms()->summary(room);
    updateComposer();
    m_composer->setText(m_session->draft(room));
    m_composer->setMaxLength(m_session->maxContentLength());
    m_members->setMembers(m_session->members(room), summary ? summary->kind : RoomKind::Public);
    m_timeline->setTimeline(m_session->timeline(room));
    m_session->setShownRoom(room);
    updateWelcome();
    m_sidebar->setCurrentRoom(room);
    m_sidebar->setServerName(m_session->server().name);
    m_sidebar->setStatus(m_session->status());
    updateHeader();
    updateEncryption();
    updateTyping();
    m_jump->follow();
    markSeen();
}

void ChatPage::setHosting(const QStringList &addresses, const Fingerprint &key)
{
    m_hostAddresses = addresses;
    m_hostKey = key;
    updateBanner();
    updateWelcome();
}

/// What an empty room says.
void ChatPage::updateWelcome()
{
    const auto summary = m_session->rooms()->summary(m_room);
    const QList<UserName> known = m_session->everyone()->names();
    const bool isAlone = std::all_of(known.begin(), known.end(), [this](const UserName &name) { return name == m_session->user(); });
    if (summary && summary->peer)
        m_timeline->setWelcome(tr("Say hello. Only %1 and you can read it.").arg(summary->peer->toString()));
    else if (isAlone)
        m_timeline->setWelcome(tr("Nobody else is here yet.") + u'\n' + breakable(links().plain()) + u'\n'
                                   + InviteWords::plainLink(m_session->access()),
                               tr("Invite people…"));
    else
        m_timeline->setWelcome(tr("Say hello. Everyone in this room can read it."));
}

void ChatPage::setLookedAt(bool isLookedAt)
{
    if (m_isLookedAt == isLookedAt)
        return;
    m_isLookedAt = isLookedAt;
    m_session->setCurrentRoom(isLookedAt ? m_room : RoomId());
    markSeen();
}

void ChatPage::focusField() { m_composer->focusField(); }

QString ChatPage::currentRoomName() const
{
    const int row = m_session->rooms()->rowOf(m_room);
    return row >= 0 ? m_session->rooms()->index(row).data(RoomListModel::NameRole).toString() : m_room.toString();
}

/// Every message changes its room's numbers: once a turn is enough for those who look.
void ChatPage::noteRoomsChanged(const QModelIndex &first, const QModelIndex &last)
{
    const int row = m_session->rooms()->rowOf(m_room);
    if (row >= first.row() && row <= last.row() && !m_roomChange.isActive())
        m_roomChange.start(0);
}

void ChatPage::updateHeader()
{
    const auto summary = m_session->rooms()->summary(m_room);
    const QString name = currentRoomName();
    m_header->setRoom(Words::oneLine(name, limits::MaxRoomNameLength),
                      summary ? Words::oneLine(summary->topic, limits::MaxTopicLength) : QString());
    m_header->setMemberCount(summary ? summary->memberCount : 0);
    m_header->setMembersShown(!summary || summary->kind != RoomKind::Direct);
    emit currentRoomChanged(name);
}

void ChatPage::updateBanner()
{
    const ConnectionStatus status = m_session->status();
    const bool isWaiting = status.state == ConnectionStatus::State::Waiting;
    if (isWaiting != m_countdown.isActive())
        isWaiting ? m_countdown.start() : m_countdown.stop();
    const QString server = m_session->server().name.isEmpty() ? m_session->settings().url.host() : m_session->server().name;
    const QString text = Words::connection(status, Words::oneLine(server, ShownServerName), QDateTime::currentDateTimeUtc());
    if (!text.isEmpty())
        m_banner->showText(text, isWaiting ? tr("Try now") : QString(), false);
    else if (!m_error.isEmpty())
        m_banner->showText(m_error, {}, true);
    else if (status.isOpenToOthers && !m_isPlainBannerDismissed)
        m_banner->showText(Words::notEncrypted(), {}, true);
    else if (!m_hostAddresses.isEmpty() && !m_isHostBannerDismissed)
        m_banner->showText(tr("You are the host. Others can join at %1").arg(m_hostAddresses.join(tr(" or "))), copyLinkText(), true);
    else
        m_banner->hide();
}

void ChatPage::updateEncryption()
{
    if (m_session->status().state != ConnectionStatus::State::Online) {
        m_header->setInTheClear({});
        return;
    }
    QList<UserName> names;
    if (const auto *members = m_session->members(m_room))
        names = members->inTheClear();
    names.removeOne(m_session->user()); // whose own sign stands beside the chat's name
    m_header->setInTheClear(Words::inTheClear(names, m_session->listenersInTheClear(m_room)));
}

void ChatPage::updateTyping()
{
    m_typing->setText(Words::typing(m_session->typists(m_room)));
    m_typing->setAccessibleName(m_typing->text());
}

void ChatPage::markSeen()
{
    const Seq seq = isVisible() ? m_timeline->lastVisibleSeq() : Seq();
    const auto summary = m_session->rooms()->summary(m_room);
    if (!summary || seq == Seq())
        return;
    // Not from within a change of the rows; and by then the newest may be a newer one.
    QMetaObject::invokeMethod(this, [this] { m_session->keepAround(m_room, m_timeline->lastVisibleSeq()); }, Qt::QueuedConnection);
    if (!m_isLookedAt)
        return;
    // At the bottom everything is read, whatever kind of event came last.
    m_session->markRead(m_room, m_timeline->isAtBottom() ? summary->lastSeq : seq);
}

void ChatPage::showFailure(const RequestFailure &failure)
{
    const QString sentence = Words::failure(failure);
    if (failure.what == What::CreateRoom && m_createDialog) {
        m_createDialog->setProblem(sentence);
    } else if (failure.what == What::JoinRoom && m_joinDialog) {
        m_joinDialog->setProblem(sentence);
    } else if (failure.what == What::SetKeep && m_detailsDialog) {
        m_detailsDialog->setProblem(sentence);
    } else if (failure.what == What::SetPassword && m_passwordDialog) {
        m_passwordDialog->setProblem(sentence);
    } else if ((failure.what == What::ListSessions || failure.what == What::RevokeSession) && m_devicesDialog) {
        m_devicesDialog->setProblem(sentence);
    } else if (m_invites->showFailure(failure)) {
        // said in its dialog
    } else if (failure.what == What::Moderate && m_moderation->showFailure(failure)) {
        // said where it was tried
    } else if (failure.what == What::Post && failure.code == ErrorCode::StorageFull) {
        m_composer->showProblem(sentence, Composer::Until::Resolved);
    } else if (failure.what == What::Post) {
        // The row itself says it.
    } else if (failure.what == What::Edit || failure.what == What::Delete || failure.what == What::React) {
        m_composer->showProblem(sentence, Composer::Until::NextKey);
    } else {
        m_error = sentence;
        updateBanner();
    }
}

QByteArray ChatPage::saveState() const { return m_panels->saveState(); }

void ChatPage::restoreState(const QByteArray &state) { m_panels->restoreState(state); }

void ChatPage::refreshTheme()
{
    m_jump->refreshTheme();
    m_sidebar->refreshTheme();
    m_header->refreshTheme();
    m_banner->refreshTheme();
    m_composer->refreshTheme();
    m_timeline->refreshTheme();
}

} // namespace hearth
