using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http.Pages;
using Quittance.Papers;

namespace Quittance.Dialects.AccountPage;

/// <summary>What a customer's own page shows.</summary>
/// <param name="Payments">The latest ones whose money came or is on its way, the newest first.</param>
/// <param name="Instruments">The cards and bank accounts that can be charged.</param>
/// <param name="Autopay">The customer's last word on autopay; null for none.</param>
/// <param name="HasQrBills">Whether a QR-bill can pay the open bills.</param>
internal sealed record AccountShown(
    NamedAccount Customer, AccountBalance Balance, IReadOnlyList<PaymentView> Payments, IReadOnlyList<Instrument> Instruments,
    Autopay? Autopay, bool HasQrBills);

/// <summary>What a customer typed into the form of the contact, and what is wrong with it.</summary>
internal sealed record ContactTyped(Func<string, string?> Of, IReadOnlyDictionary<string, string> Problems);

/// <summary>The HTML of customers' own pages.</summary>
/// <param name="texts">The customer's language.</param>
/// <param name="installation">The merchant's; null where no merchant is named.</param>
/// <param name="profile">What customers see of the merchant.</param>
/// <param name="path">The address of the page; empty where none is open.</param>
internal sealed class AccountPages(CustomerTexts texts, Installation? installation, MerchantProfile profile, string path)
{
    private static readonly PageStyle Style = PageStyle.Of("PaymentPage.page.css", "AccountPage.account.css");

    /// <summary>The name of the field with the bills that are to be paid.</summary>
    public const string Bill = "bill";

    private string Merchant => installation?.MerchantName ?? "Quittance";

    private string Title => texts.With("account.title", Of());

    /// <summary>The page on which a customer asks for a link.</summary>
    public MerchantPage Ask(string action) => Page(Markup.Of($"""
          <h1>{Title}</h1>
          <p class="lead">{texts["account.ask"]}</p>
          <form method="post" action="{action}">
            <label>{texts["account.email"]}
              <input name="email" type="email" autocomplete="email" required maxlength="{ContactReader.MostEmail}"></label>
            <button class="primary">{texts["account.ask.send"]}</button>
          </form>
        """), action);

    /// <summary>The page that asks whether to open a link, so that no program which looks at links uses it up.</summary>
    public MerchantPage Open(string action) => Page(Markup.Of($"""
          <h1>{Title}</h1>
          <p class="lead">{texts["account.once"]}</p>
          <form method="post" action="{action}"><button class="primary">{texts["once.open"]}</button></form>
        """));

    /// <summary>A page that says something, where nothing can be shown.</summary>
    /// <param name="words">The beginning of the keys of its texts.</param>
    /// <param name="asking">Where a new link can be asked for; null for nowhere.</param>
    public MerchantPage Says(string words, string? asking = null) => Page(Markup.Of($"""
          <h1>{texts.With($"{words}.title", Of())}</h1>
          <p class="lead">{texts.With($"{words}.note", Of())}</p>
          {(asking is null ? Markup.Empty
              : Markup.Of($"""<p class="actions"><a class="button" href="{asking}">{texts["account.again"]}</a></p>"""))}
        """));

    /// <summary>The page.</summary>
    /// <param name="done">The key of what was done last; null for nothing.</param>
    /// <param name="typed">What was typed into the contact and is wrong; null for nothing.</param>
    public MerchantPage Show(AccountShown shown, string? done, ContactTyped? typed) => Page(Markup.Of($"""
          <h1>{Title}</h1>
          <p class="lead">{shown.Customer.Account.Name ?? ""}
            <small>{texts.With("receipt.customer", ("number", $"{shown.Customer.Account.Number}"))}</small></p>
          {(done is null ? Markup.Empty : Markup.Of($"""<p class="said" role="status">{texts[done]}</p>"""))}
          {Bills(shown.Balance, shown.HasQrBills)}
          {PaymentsOf(shown)}
          {MethodsOf(shown)}
          {ContactOf(shown.Customer.Contact, typed)}
          <form method="post" action="{path}/leave"><button>{texts["account.leave"]}</button></form>
        """));

    private Markup Bills(AccountBalance balance, bool hasQrBills)
    {
        var credit = balance.Credit.AmountMinor == 0 ? Markup.Empty
            : Markup.Of($"""<p class="quiet">{texts.With("account.credit", ("amount", texts.Of(balance.Credit)))}</p>""");
        if (balance.Open.Count == 0)
            return Markup.Of($"""<h2>{texts["account.bills"]}</h2><p>{texts["account.bills.none"]}</p>{credit}""");
        var shown = balance.Open.Take(PaymentLink.MostCharges).Select(open => Markup.Of($"""
            <li><label><input type="checkbox" name="{Bill}" value="{open.Charge.Id.Value}" checked>
              <span>{CustomerTexts.NameOf(open.Charge)}
                <small>{texts.With("due", ("day", texts.Of(open.Charge.DueOn)))}</small></span></label>
              <b>{texts.Of(open.Charge.Amount with { AmountMinor = open.OpenMinor })}</b></li>
            """));
        var rest = balance.Open.Count <= PaymentLink.MostCharges ? Markup.Empty : Markup.Of($"""
            <p class="quiet">{texts.With("account.bills.more", ("count", $"{balance.Open.Count - PaymentLink.MostCharges}"))}</p>
            """);
        return Markup.Of($"""
          <section aria-labelledby="bills"><h2 id="bills">{texts["account.bills"]}</h2>
          <form method="post" action="{path}/pay">
            <ul class="charges">{Markup.Join(shown)}</ul>
            <p class="sum"><span>{texts["statement.total"]}</span><b>{texts.Of(balance.Owed)}</b></p>
            {credit}{rest}
            <button class="primary">{texts["account.pay"]}</button>
            {(hasQrBills
              ? Markup.Of($"""<button formaction="{path}/qr-bill">{texts["slip.title"]} (PDF)</button>""") : Markup.Empty)}
          </form></section>
        """);
    }

    private Markup PaymentsOf(AccountShown shown)
    {
        var lines = shown.Payments.Select(view => Markup.Of($"""
            <li><span>{texts.Of(view.DayIn(installation!.MerchantZone))},
              {texts.Of(view.Payment.Method, view.Instrument)}<small>{StandOf(view.Payment)}{(PaperDesk.HasReceipt(view)
                  ? Markup.Of($""" <a href="{path}/receipts/{view.Payment.Number}.pdf">{texts["receipt.title"]}</a>""")
                  : Markup.Empty)}</small></span><b>{texts.Of(view.Payment.Amount!.Value)}</b></li>
            """));
        return Markup.Of($"""
          <section aria-labelledby="payments"><h2 id="payments">{texts["account.payments"]}</h2>
          {(shown.Payments.Count == 0 ? Markup.Of($"<p>{texts["account.payments.none"]}</p>")
              : Markup.Of($"""<ul class="charges">{Markup.Join(lines)}</ul>"""))}
          <p class="actions"><a class="button" href="{path}/statement.pdf">{texts["statement.title"]}</a></p></section>
        """);
    }

    private string StandOf(Payment payment) => payment switch
    {
        { Status: PaymentStatus.Settling } => texts["account.settling"],
        { ReversedMinor: > 0 } => texts["receipt.reversed"],
        { RefundedMinor: > 0 } => texts["receipt.refunded"],
        _ => texts["account.paid"],
    };

    private Markup MethodsOf(AccountShown shown)
    {
        if (shown.Instruments.Count == 0 && shown.Autopay is not { IsInForce: true })
            return Markup.Empty;
        var lines = shown.Instruments.Select(instrument => Markup.Of($"""
            <li><span>{instrument.Called}{(shown.Autopay is { IsInForce: true } consent && consent.Instrument == instrument.Id
                    ? Markup.Of($"<small>{texts["account.autopay"]}</small>") : Markup.Empty)}{(instrument.Vaulted?.Mandate is { } mandate
                    ? Markup.Of($"<small>{texts["mandate.reference"]} {mandate.Reference}</small>") : Markup.Empty)}</span>
              <details><summary>{texts["account.end"]}</summary>
                <p>{texts.With("account.end.note", Of())}</p>
                <form method="post" action="{path}/methods/{instrument.Id.Value}/end"><button>{texts["account.end.yes"]}</button></form>
              </details></li>
            """));
        return Markup.Of($"""
          <section aria-labelledby="methods"><h2 id="methods">{texts["account.methods"]}</h2>
          <ul class="charges">{Markup.Join(lines)}</ul>
          {(shown.Autopay is { IsInForce: true }
              ? Markup.Of($"""<form method="post" action="{path}/autopay/end"><button>{texts["autopay.end"]}</button></form>""")
              : Markup.Empty)}</section>
        """);
    }

    private Markup ContactOf(Contact contact, ContactTyped? typed)
    {
        var now = typed?.Of ?? ValueOf;
        var language = now(ContactReader.Language);
        var isOurs = language is not null && CustomerTexts.LanguageOf(language) is not null;
        var others = isOurs ? Markup.Empty : Markup.Of($"""<option value="{language ?? ""}" selected>{language ?? ""}</option>""");
        return Markup.Of($"""
          <details class="folded"{(typed is null ? Markup.Empty : new Markup(" open"))}><summary>{texts["account.contact"]}</summary>
          <form class="contact" method="post" action="{path}/contact">
            <p>{texts["contact.email"]}: {contact.Email}</p>
            {Field(ContactReader.Phone, "tel", "tel", ContactReader.MostPhone)}
            {Field(ContactReader.Line1, "text", "address-line1", ContactReader.MostLine)}
            {Field(ContactReader.Line2, "text", "address-line2", ContactReader.MostLine)}
            {Field(ContactReader.PostalCode, "text", "postal-code", ContactReader.MostPostalCode)}
            {Field(ContactReader.City, "text", "address-level2", ContactReader.MostLine)}
            {Field(ContactReader.Region, "text", "address-level1", ContactReader.MostLine)}
            {Field(ContactReader.Country, "text", "country", 2)}
            <label>{texts["languages"]}<select name="{ContactReader.Language}">{others}{Markup.Join(CustomerLanguage.All.Select(one =>
                Markup.Of($"""<option value="{one.Tag}"{(isOurs && CustomerTexts.LanguageOf(language) == one.Tag ? new Markup(" selected")
                    : Markup.Empty)}>{one.Name}</option>""")))}</select></label>
            <button>{texts["account.save"]}</button>
          </form></details>
        """);

        Markup Field(string name, string type, string autocomplete, int most)
        {
            var problem = typed?.Problems.GetValueOrDefault(name);
            var marks = problem is null ? Markup.Empty : Markup.Of($""" aria-invalid="true" aria-describedby="{name}-problem" """);
            var said = problem is null ? Markup.Empty
                : Markup.Of($"""<small class="problem" id="{name}-problem">{problem}</small>""");
            return Markup.Of($"""
                <label>{texts[$"contact.{name}"]}<input name="{name}" type="{type}" autocomplete="{autocomplete}" maxlength="{most}"
                  value="{now(name) ?? ""}"{marks}>{said}</label>
                """);
        }

        string? ValueOf(string field) => field switch
        {
            ContactReader.Email => contact.Email,
            ContactReader.Phone => contact.Phone,
            ContactReader.Line1 => contact.Address?.Line1,
            ContactReader.Line2 => contact.Address?.Line2,
            ContactReader.PostalCode => contact.Address?.PostalCode,
            ContactReader.City => contact.Address?.City,
            ContactReader.Region => contact.Address?.Region,
            ContactReader.Country => contact.Address?.Country,
            _ => contact.Language,
        };
    }

    private (string, string) Of() => ("merchant", Merchant);

    /// <param name="here">Its address where it is not that of an account.</param>
    private MerchantPage Page(Markup content, string? here = null) => new MerchantFrame(texts, Merchant, profile, path).Page(
        Title, Style, isNamed: true, content, Markup.Empty, here ?? (path.Length == 0 ? null : path));
}
