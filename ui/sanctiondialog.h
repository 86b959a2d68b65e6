#pragma once

#include <QDialog>

#include <optional>

class QComboBox;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace hearth {

/// What is about to be done to somebody: a sentence, for how long where that can be chosen, and why.
class SanctionDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Length { Once, Lasting };

    SanctionDialog(const QString &title, const QString &detail, const QString &accept, Length length, QWidget *parent);

signals:
    /// Nothing: for good.
    void decided(std::optional<qint64> forSeconds, const QString &reason);

protected:
    /// Above the choice of a length: what else has to be said. Called once, by the constructor.
    void addAbove(QWidget *widget);
    [[nodiscard]] std::optional<qint64> forSeconds() const;
    [[nodiscard]] QString reason() const;
    [[nodiscard]] QPushButton *acceptButton() const { return m_accept; }
    /// Says what was decided, and closes.
    virtual void submit();

private:
    QVBoxLayout *m_column;
    QComboBox *m_length = nullptr; ///< none of something that is done once
    QLineEdit *m_reason;
    QPushButton *m_accept;
};

} // namespace hearth
