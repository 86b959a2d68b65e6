#include "ui/invitecard.h"

#include "ui/choicebox.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/qrview.h"
#include "ui/words.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPointer>
#include <QPrintDialog>
#include <QPrinter>
#include <QPushButton>
#include <QStandardPaths>
#include <QThreadPool>

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int PictureSide = 1'024; ///< pixels at least, of a saved one
constexpr int PrintResolution = 600; ///< dots an inch
constexpr qsizetype ShownName = 64;
constexpr qsizetype ShownPath = 120;

} // namespace

InviteCard::InviteCard(QWidget *parent)
    : QWidget(parent), m_text(plainLabel({}, this)), m_code(new QrView(this)),
      m_noCode(plainLabel(tr("This link is too long for a code. Copy it instead."), this)), m_address(new ChoiceBox(tr("Address of this computer"), this)),
      m_field(new QLineEdit(this)), m_copy(new QPushButton(this)), m_save(new QPushButton(tr("&Save picture…"), this))
{
    m_text->setWordWrap(true);
    m_text->setObjectName(u"inviteText"_s);
    m_noCode->setWordWrap(true);
    m_address->setObjectName(u"addressChoice"_s);
    m_field->setObjectName(u"linkField"_s);
    m_field->setReadOnly(true);
    m_field->setAccessibleName(tr("Link"));
    m_copy->setObjectName(u"copyButton"_s);
    setRole(m_copy, u"main"_s);
    m_save->setObjectName(u"saveButton"_s);
    auto *print = new QPushButton(tr("&Print…"), this);
    print->setObjectName(u"printButton"_s);

    auto *linkRow = new QHBoxLayout;
    linkRow->setSpacing(SmallPadding);
    linkRow->addWidget(m_field, 1);
    linkRow->addWidget(m_copy);
    auto *useRow = new QHBoxLayout;
    useRow->setSpacing(SmallPadding);
    useRow->addWidget(m_save);
    useRow->addWidget(print);
    useRow->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Padding);
    column->addWidget(m_text);
    column->addWidget(m_code, 0, Qt::AlignHCenter);
    column->addWidget(m_noCode);
    column->addWidget(m_address);
    column->addLayout(linkRow);
    column->addLayout(useRow);

    connect(m_address, &QComboBox::currentIndexChanged, this, &InviteCard::showLink);
    connect(m_copy, &QPushButton::clicked, this, &InviteCard::copy);
    connect(m_save, &QPushButton::clicked, this, &InviteCard::chooseFile);
    connect(print, &QPushButton::clicked, this, &InviteCard::choosePrinter);
}

void InviteCard::setLinks(const QStringList &addresses, const QStringList &links, const InviteSheet &sheet)
{
    m_sheet = sheet;
    m_links = links;
    m_address->clear();
    for (const QString &address : addresses)
        m_address->addItem(tr("For those who reach %1").arg(address));
    m_address->setVisible(addresses.size() > 1);
    showLink();
}

void InviteCard::setText(const QString &sentences) { m_text->setText(sentences); }

void InviteCard::focusCopy() { m_copy->setFocus(Qt::OtherFocusReason); }

QString InviteCard::link() const { return m_sheet.link; }

void InviteCard::showLink()
{
    m_sheet.link = m_links.value(std::max(0, m_address->currentIndex()));
    m_field->setText(m_sheet.link);
    m_field->setCursorPosition(0); // where it leads to stands at the beginning
    m_copy->setText(tr("&Copy"));
    const bool hasCode = m_code->setText(m_sheet.link);
    m_code->setVisible(hasCode);
    m_noCode->setVisible(!hasCode);
    m_save->setEnabled(hasCode);
}

void InviteCard::copy()
{
    QGuiApplication::clipboard()->setText(m_sheet.link);
    m_copy->setText(tr("Copied"));
}

void InviteCard::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Save the code as a picture"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("Pictures (*.png)"));
    dialog->setDefaultSuffix(u"png"_s);
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    dialog->selectFile(tr("invite.png"));
    connect(dialog, &QFileDialog::fileSelected, this, &InviteCard::save);
    dialog->open();
}

/// Not on the window's thread: the file may lie on a disk that is far away.
void InviteCard::save(const QString &path)
{
    const int modules = m_code->code().fullSide();
    const QImage picture = m_code->code().picture((PictureSide + modules - 1) / modules);
    QThreadPool::globalInstance()->start([picture, path, card = QPointer(this)] {
        const bool isSaved = picture.save(path, "PNG");
        QMetaObject::invokeMethod(QCoreApplication::instance(), [isSaved, path, card] {
            if (!isSaved && card)
                emit card->failed(tr("The picture could not be saved as %1. Choose another place.").arg(Words::oneLine(path, ShownPath)));
        });
    });
}

void InviteCard::choosePrinter()
{
    auto *dialog = new QPrintDialog(this); // with a printer of its own
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->printer()->setDocName(Words::oneLine(m_sheet.chat, ShownName));
    dialog->printer()->setResolution(PrintResolution);
    connect(dialog, qOverload<QPrinter *>(&QPrintDialog::accepted), this, &InviteCard::print);
    dialog->open();
}

void InviteCard::print(QPrinter *printer)
{
    QPainter painter;
    if (!painter.begin(printer)) {
        emit failed(tr("The page could not be printed. Look after the printer, then try again."));
        return;
    }
    paintInviteSheet(painter, QRectF(QPointF(), printer->pageRect(QPrinter::DevicePixel).size()), m_sheet);
    if (!painter.end())
        emit failed(tr("The page could not be printed. Look after the printer, then try again."));
}

} // namespace hearth
