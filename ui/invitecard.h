#pragma once

#include "ui/invitesheet.h"

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPrinter;
class QPushButton;

namespace hearth {

class QrView;

/// A link to pass on: as a code, as text, as a picture, on paper.
class InviteCard : public QWidget
{
    Q_OBJECT

public:
    explicit InviteCard(QWidget *parent);

    /// `links` are the same for several addresses of the server, best first; the sheet's own link does not matter.
    void setLinks(const QStringList &addresses, const QStringList &links, const InviteSheet &sheet);
    void setText(const QString &sentences); ///< what the link does
    void focusCopy();
    [[nodiscard]] QString link() const;

signals:
    /// It could not be saved or printed.
    void failed(const QString &sentence);

private:
    void showLink();
    void copy();
    void chooseFile();
    void save(const QString &path);
    void choosePrinter();
    void print(QPrinter *printer);

    InviteSheet m_sheet;
    QStringList m_links;
    QLabel *m_text;
    QrView *m_code;
    QLabel *m_noCode;
    QComboBox *m_address;
    QLineEdit *m_field;
    QPushButton *m_copy;
    QPushButton *m_save;
};

} // namespace hearth
