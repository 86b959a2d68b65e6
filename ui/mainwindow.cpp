#include "ui/mainwindow.h"

#include "client/roomlistmodel.h"
#include "client/serveraddress.h"
#include "ui/chatpage.h"
#include "ui/confirm.h"
#include "ui/icons.h"
#include "ui/keydialog.h"
#include "ui/moderationwords.h"
#include "ui/removedpage.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCloseEvent>
#include <QKeyEvent>
#include <QSettings>
#include <QShortcut>
#include <QStackedWidget>

#include <utility>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using State = ConnectionStatus::State;
using Problem = ConnectionStatus::Problem;

namespace {

constexpr int MaxRecentHosts = 5;
constexpr QSize DefaultSize { 1'100, 720 };
constexpr QSize SmallestSize { 480, 400 };
constexpr qsizetype ShownServerName = 64; ///< UTF-16 units
constexpr auto GeometryKey = "window/geometry"_L1;
constexpr auto SplitterKey = "window/splitter"_L1;
constexpr auto UserKey = "user/name"_L1;
constexpr auto RecentKey = "recent"_L1;
constexpr auto ApproveKey = "host/approveGuests"_L1;

std::optional<StartPage::Secret> secretOf(Problem problem)
{
    switch (problem) {
    case Problem::WrongPassword:
        return StartPage::Secret::OfChat;
    case Problem::WrongAccount:
        return StartPage::Secret::OfAccount;
    case Problem::NoPasswordChosen:
    case Problem::NameHasAccount:
        return StartPage::Secret::OfNewAccount;
    case Problem::NameIsOwned:
    case Problem::WrongNamePassword:
        return StartPage::Secret::OfName;
    default:
        return std::nullopt;
    }
}

/// Whether others on the network can read what that server is told; of one that has been spoken to.
bool isOpenToOthers(const Session &session)
{
    const QUrl url = session.settings().url;
    const bool isPlain = url.scheme() == "ws"_L1 || session.serverKey().isNull();
    return isPlain && !isWithinThisComputer(url.host());
}

} // namespace

MainWindow::MainWindow(QSettings &settings, QWidget *parent)
    : QMainWindow(parent), m_settings(settings)
{
    setWindowIcon(icons::application());
    setMinimumSize(SmallestSize);
    applyTheme(); // before there is anything that would be polished and laid out without it as well
    m_pages = new QStackedWidget(this);
    m_start = new StartPage(m_pages);
    m_pages->addWidget(m_start);
    setCentralWidget(m_pages);
    m_start->setUserName(m_settings.value(UserKey).toString());
    m_start->setRecentHosts(recentHosts());
    m_start->setHostOptions({ m_settings.value(ApproveKey).toBool() });
    if (!restoreGeometry(m_settings.value(GeometryKey).toByteArray()))
        resize(DefaultSize);
    updateTitle();
    QCoreApplication::instance()->installEventFilter(this); // what it looks at are the buttons of this window

    connect(m_start, &StartPage::hostRequested, this, [this](const UserName &user, const HostOptions &options) {
        m_settings.setValue(UserKey, user.toString());
        m_settings.setValue(ApproveKey, options.approvesGuests);
        m_start->setBusy(tr("Opening the chat…"));
        emit hostRequested(user, options);
    });
    connect(m_start, &StartPage::joinRequested, this,
            [this](const UserName &user, const ServerAddress &address, const Passwords &passwords) {
                m_settings.setValue(UserKey, user.toString());
                m_start->setBusy(tr("Connecting to %1…").arg(address.display()));
                emit joinRequested(user, address, passwords);
            });
    connect(m_start, &StartPage::cancelRequested, this, [this] {
        m_start->setBusy({});
        emit leaveRequested();
    });
    connect(m_start, &StartPage::forgetRequested, this, &MainWindow::askBeforeForgetting);
    connect(new QShortcut(QKeySequence::Quit, this), &QShortcut::activated, this, &QWidget::close);
}

MainWindow::~MainWindow()
{
    delete m_chat; // before the session that it shows
}

ChatPage *MainWindow::chatPage() const { return m_chat; }

void MainWindow::setCanHost(bool canHost) { m_start->setCanHost(canHost); }

void MainWindow::setSession(Session *session, const QString &address)
{
    m_session = session;
    m_address = address;
    m_start->clearProblems();
    m_start->setBusy(tr("Connecting to %1…").arg(address));
    connect(session, &Session::statusChanged, this, &MainWindow::handleStatus);
    connect(session, &Session::unsentCountChanged, this, &MainWindow::updateTitle);
    connect(session->rooms(), &RoomListModel::totalsChanged, this, &MainWindow::updateTitle);
    connect(session, &Session::notified, this, [this] {
        if (!isActiveWindow())
            emit attentionWanted();
    });
}

void MainWindow::handleStatus(const ConnectionStatus &status)
{
    const bool hasCache = m_session->rooms()->rowCount() > 0;
    if (status.state == State::Online || (hasCache && status.state == State::Waiting && !m_chat)) {
        if (status.state == State::Online)
            remember({ m_address, m_session->server().name });
        showChat();
        return;
    }
    if (status.waitsUntil.isValid() && !m_chat) {
        m_start->setBusy(ModerationWords::atTheDoor(m_address, status.waitsUntil, QDateTime::currentDateTimeUtc()));
        return;
    }
    if (status.problem == Problem::Removed && status.removal) {
        showRemoved(*status.removal);
        return;
    }
    const bool hasFailed = status.state == State::Offline || status.state == State::Waiting;
    if (!hasFailed || status.problem == Problem::None)
        return;
    const bool isForGood = status.state == State::Offline;
    if (m_chat && !isForGood)
        return; // the chat's own banner tells it
    if (status.problem == Problem::UnknownKey || status.problem == Problem::ChangedKey) {
        showKey(status);
        return;
    }
    const QString sentence = Words::joinProblem(status, m_address);
    const auto secret = secretOf(status.problem);
    const bool wasTried = !m_session->settings().password.isEmpty() || status.problem == Problem::NameHasAccount
        || secret == StartPage::Secret::OfName;
    const bool isAboutName = status.problem == Problem::NameTaken || status.problem == Problem::InvalidName;
    if (secret) // asked by the server: it has been spoken to, and its key, where it has one, is known
        m_start->setOpenToOthers(isOpenToOthers(*m_session));
    emit leaveRequested();
    showStart();
    if (secret && !wasTried)
        m_start->askForPassword(*secret);
    else if (secret)
        m_start->showPasswordProblem(*secret, sentence);
    else
        showProblem(isAboutName ? StartPage::Place::Name : StartPage::Place::Join, sentence);
}

void MainWindow::showRemoved(const Removal &removal)
{
    const Removal told = removal; // the session goes
    const QString server = m_session->server().name;
    emit leaveRequested();
    showStart();
    m_removed = new RemovedPage(m_pages);
    connect(m_removed, &RemovedPage::backRequested, this, &MainWindow::showStart);
    m_pages->addWidget(m_removed);
    m_removed->setRemoval(told, server.isEmpty() ? m_address : server); // a screen reader says at once what is shown
    m_pages->setCurrentWidget(m_removed);
}

/// The session stays while a person decides; nothing goes over the network meanwhile.
void MainWindow::showKey(const ConnectionStatus &status)
{
    showStart();
    auto *dialog = new KeyDialog(status, m_address, this);
    connect(dialog, &QDialog::accepted, this, [this, key = status.presentedKey] {
        if (!m_session)
            return;
        m_start->setBusy(tr("Connecting to %1…").arg(m_address));
        m_session->trustKey(key);
    });
    connect(dialog, &QDialog::rejected, this, [this, status] {
        emit leaveRequested();
        showProblem(StartPage::Place::Join, Words::joinProblem(status, m_address));
    });
    dialog->open();
}

void MainWindow::showChat()
{
    if (m_chat)
        return;
    m_start->setBusy({});
    m_chat = new ChatPage(m_session, m_pages);
    m_chat->setHosting(m_hostAddresses, m_hostKey);
    connect(m_chat, &ChatPage::leaveChatRequested, this, &MainWindow::leave);
    connect(m_chat, &ChatPage::signedOut, this, &MainWindow::endChat); // asked before: now there is nothing to stay on
    connect(m_chat, &ChatPage::quitRequested, this, &QWidget::close);
    m_roomName = m_chat->currentRoomName();
    connect(m_chat, &ChatPage::currentRoomChanged, this, [this](const QString &name) {
        m_roomName = name;
        updateTitle();
    });
    m_pages->addWidget(m_chat);
    m_pages->setCurrentWidget(m_chat);
    m_chat->restoreState(m_settings.value(SplitterKey).toByteArray());
    m_chat->setLookedAt(isActiveWindow());
    m_chat->focusField();
    updateTitle();
}

void MainWindow::showStart()
{
    if (m_chat) {
        rememberPanels();
        m_pages->removeWidget(m_chat);
        delete m_chat;
    }
    if (m_removed)
        m_removed->deleteLater(); // its button may be what calls
    m_roomName.clear();
    m_start->setBusy({});
    m_start->setRecentHosts(recentHosts());
    m_pages->setCurrentWidget(m_start);
    updateTitle();
}

void MainWindow::showProblem(StartPage::Place place, const QString &sentence)
{
    m_start->setBusy({});
    m_start->showProblem(place, sentence);
}

void MainWindow::setHosting(const QStringList &addresses, const Fingerprint &key)
{
    m_hostAddresses = addresses;
    m_hostKey = key;
    if (m_chat)
        m_chat->setHosting(addresses, key);
}

void MainWindow::setOthersConnected(int count) { m_othersConnected = count; }

/// Whoever hosts ends the chat for the others too: that is asked first.
void MainWindow::confirmEnd(const QString &accept, std::function<void()> then)
{
    if (m_hostAddresses.isEmpty() || m_othersConnected == 0) {
        then();
        return;
    }
    ask(this,
        { tr("%n other(s) are connected to this chat.", nullptr, m_othersConnected),
          tr("The chat closes for them when you stop hosting. What was said is kept, and is there again when you host the next time."),
          accept, {} },
        [then](bool) { then(); });
}

void MainWindow::leave()
{
    confirmEnd(tr("Stop hosting"), [this] { endChat(); });
}

void MainWindow::endChat()
{
    showStart();
    emit leaveRequested();
}

/// On a chat without accounts the name goes as well.
void MainWindow::askBeforeForgetting(const QString &address)
{
    QString name = address;
    for (const RecentHost &host : recentHosts()) {
        if (host.address == address && !host.name.isEmpty())
            name = Words::oneLine(host.name, ShownServerName);
    }
    ask(this,
        { tr("Forget %1?").arg(name),
          tr("What was said there, what is not sent yet, and what lets you in go from this computer. Without a password nobody can come in under your name there again."),
          tr("Forget"), {} },
        [this, address](bool) { emit forgetRequested(address); });
}

void MainWindow::setForgotten(const QString &address)
{
    QList<RecentHost> hosts = recentHosts();
    hosts.removeIf([&](const RecentHost &host) { return host.address == address; });
    saveRecent(hosts);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    const bool mustAsk = !m_mayClose && !m_hostAddresses.isEmpty() && m_othersConnected > 0;
    if (mustAsk) {
        event->ignore();
        confirmEnd(tr("Quit"), [this] {
            m_mayClose = true;
            close();
        });
        return;
    }
    m_settings.setValue(GeometryKey, saveGeometry());
    rememberPanels();
    event->accept();
    emit closed();
}

/// Enter on a button does what Space does. Qt has it so in dialogs only.
bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return false;
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    auto *button = isEnter ? qobject_cast<QAbstractButton *>(watched) : nullptr;
    if (!button || button->window() != this)
        return false;
    if (!key->isAutoRepeat())
        button->click();
    return true;
}

/// A narrow window has none side by side: what was remembered of a wide one stays.
void MainWindow::rememberPanels()
{
    const QByteArray state = m_chat ? m_chat->saveState() : QByteArray();
    if (!state.isEmpty())
        m_settings.setValue(SplitterKey, state);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ActivationChange && m_chat)
        m_chat->setLookedAt(isActiveWindow());
}

/// Where a desktop that turned dark or light is heard of: QWidget does not hand this event on to changeEvent() (Qt 6.4.2).
bool MainWindow::event(QEvent *event)
{
    const bool isTaken = QMainWindow::event(event);
    if (event->type() == QEvent::ApplicationPaletteChange)
        applyTheme();
    return isTaken;
}

void MainWindow::applyTheme()
{
    const Theme theme = Theme::current();
    setPalette(theme.palette());
    // Of the application, not of this window: that would be resolved anew for each widget that is put into another.
    if (const QString sheet = theme.styleSheet(); qApp->styleSheet() != sheet)
        qApp->setStyleSheet(sheet);
    if (m_start)
        m_start->refreshTheme();
    if (m_chat)
        m_chat->refreshTheme();
}

void MainWindow::updateTitle()
{
    QString title = u"Hearth"_s;
    if (m_chat && m_session) {
        const QString server = Words::oneLine(m_session->server().name, ShownServerName);
        title = tr("%1 – %2").arg(m_roomName, server.isEmpty() ? m_address : server);
        if (const qint64 mentions = m_session->rooms()->totalMentions(); mentions > 0)
            title = tr("(%1) %2").arg(QString::number(mentions), title);
    }
    setWindowTitle(title);
}

QList<RecentHost> MainWindow::recentHosts() const
{
    QList<RecentHost> hosts;
    const int count = m_settings.beginReadArray(RecentKey);
    for (int i = 0; i < std::min(count, MaxRecentHosts); ++i) {
        m_settings.setArrayIndex(i);
        hosts.append({ m_settings.value("address"_L1).toString(), m_settings.value("name"_L1).toString() });
    }
    m_settings.endArray();
    return hosts;
}

void MainWindow::remember(const RecentHost &host)
{
    if (!m_hostAddresses.isEmpty())
        return; // one's own is not joined, but hosted
    QList<RecentHost> hosts = recentHosts();
    hosts.removeIf([&](const RecentHost &known) { return known.address == host.address; });
    hosts.prepend(host);
    while (hosts.size() > MaxRecentHosts)
        hosts.removeLast();
    saveRecent(hosts);
}

void MainWindow::saveRecent(const QList<RecentHost> &hosts)
{
    m_settings.beginWriteArray(RecentKey, static_cast<int>(hosts.size()));
    for (int i = 0; i < hosts.size(); ++i) {
        m_settings.setArrayIndex(i);
        m_settings.setValue("address"_L1, hosts.at(i).address);
        m_settings.setValue("name"_L1, hosts.at(i).name);
    }
    m_settings.endArray();
    m_start->setRecentHosts(hosts);
}

} // namespace hearth
