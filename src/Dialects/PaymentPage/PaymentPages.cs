using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http.Pages;
using Quittance.Papers;

namespace Quittance.Dialects.PaymentPage;

/// <summary>A merchant that collects a debit itself.</summary>
/// <param name="From">The first day on which it can be collected; null once it is in a file for the bank.</param>
internal sealed record DebitCollector(BankAccount Account, DateOnly? From);

/// <summary>The HTML of the page behind a payment link.</summary>
/// <param name="texts">The customer's language.</param>
/// <param name="installation">The merchant's; null where the link names none.</param>
/// <param name="profile">What customers see of the merchant.</param>
/// <param name="path">The address of the link's page; empty where the link names none.</param>
internal sealed class PaymentPages(CustomerTexts texts, Installation? installation, MerchantProfile profile, string path)
{
    public const string ScriptPath = $"{LinkAddress.Mount}/page.js";

    private static readonly PageStyle Style = PageStyle.Of("PaymentPage.page.css");

    private string Merchant => installation?.MerchantName ?? "Quittance";

    /// <summary>The page on which the customer pays.</summary>
    /// <param name="token">The session's token, for the widget.</param>
    /// <param name="transfer">The transfer that pays it as well; null for none.</param>
    /// <param name="isClaimed">Whether a payment is under way already, which the customer goes on with or gives up in the widget.</param>
    /// <param name="saysWhyNone">Whether the page says why no transfer pays it.</param>
    public MerchantPage Pay(
        LinkView view, string token, PageWidget widget, TransferCode? transfer, bool isClaimed, bool saysWhyNone) =>
        Page(Title, Markup.Of($"""
          {Head(view)}
          <section aria-labelledby="by-card">
            <h2 id="by-card">{texts[isClaimed ? "claimed.title" : "pay.heading"]}</h2>
            <div class="form"><div id="outline" aria-hidden="true"><i></i><i></i><i></i><i></i></div>
            <div id="widget" data-token="{token}" data-locale="{texts.Tag}" data-environment="{widget.Environment}"
              data-country="{CountryOf(view.Due.Currency)}"><div class="note-box"><b>{texts["script.title"]}</b>
              {(isClaimed ? Markup.Of($"""<p>{texts["claimed.note"]}</p>""") : Markup.Empty)}
              <p>{texts["script.note"]}{(transfer is null ? "" : $" {texts["script.transfer"]}")}</p></div></div></div>
          </section>
          {(transfer is null ? Markup.Empty : Transfer(transfer))}
          {(saysWhyNone ? Markup.Of($"""<p class="quiet">{texts.With("transfer.none", Of())}</p>""") : Markup.Empty)}
          <p class="foot">{Until(view)}</p>
        """), widget);

    /// <summary>The page that asks whether to open a link which opens once, so that no program which looks at links uses it up.</summary>
    /// <param name="action">Where opening it leads.</param>
    public MerchantPage Once(LinkView view, string action) => Page(Title, Markup.Of($"""
          <h1>{texts.With("once.title", Of())}</h1>
          <p class="lead">{texts["once.note"]}</p>
          <form action="{action}"><button class="primary">{texts["once.open"]}</button></form>
          <p class="foot">{Until(view)}</p>
        """));

    /// <summary>The page after paying.</summary>
    /// <param name="receipt">The address of the receipt; null where the money has not come yet.</param>
    /// <param name="autopay">The consent that the customer gave with the payment; null for none.</param>
    /// <param name="collector">Null where a provider collects the payment.</param>
    public MerchantPage Paid(LinkView view, string? receipt, Autopay? autopay, DebitCollector? collector)
    {
        var words = receipt is null ? "settling" : "paid";
        var debited = view.Payment!.Instrument?.Vaulted;
        var amount = texts.Of(view.Payment.Payment.Amount!.Value);
        return Page(Title, Markup.Of($"""
              {(receipt is null ? Markup.Empty : Tick)}
              <h1>{texts.With($"{words}.title", Of())}</h1>
              <p class="lead">{texts.With($"{words}.note", Of(), ("amount", amount))}</p>
              {(debited?.Mandate is { } mandate
                  ? Debit(view.Payment.Payment, mandate.Reference, $"{debited.Shown}", collector) : Markup.Empty)}
              {(receipt is null ? Markup.Empty : Button(receipt, "receipt.open"))}
              {(autopay is null ? Markup.Empty : Consent(autopay, view.Payment.Instrument?.Called ?? ""))}
            """), isPassing: view.Payment.Payment.Status == PaymentStatus.Authorised);
    }

    /// <summary>A page that says where the link stands, where nothing can be paid.</summary>
    /// <param name="words">The beginning of the keys of its texts.</param>
    /// <param name="receipt">The address of a receipt; null for none.</param>
    public MerchantPage Says(string words, LinkView? view = null, string? receipt = null)
    {
        var day = view is null ? "" : LastDay(view);
        return Page(installation is null ? texts[$"{words}.title"] : Title, Markup.Of($"""
              {(words == "settled" ? Tick : Markup.Empty)}
              <h1>{texts.With($"{words}.title", Of())}</h1>
              <p class="lead">{texts.With($"{words}.note", Of(), ("day", day))}</p>
              {(receipt is null ? Markup.Empty : Button(receipt, "receipt.open"))}
            """));
    }

    /// <summary>The receipt of a payment, for the screen and for paper. Its lines add up, also where a part went back.</summary>
    /// <param name="back">The address of the page.</param>
    public MerchantPage Receipt(PaymentView view, string back)
    {
        var payment = view.Payment;
        var lines = Markup.Join(view.Allocations.Select(allocation => Line(
            CustomerTexts.NameOf(allocation.Charge), null, allocation.Charge.Amount with { AmountMinor = allocation.AmountMinor })));
        var others = Markup.Join(
            from other in new[]
            {
                ("receipt.credit", payment.UnallocatedMinor), ("receipt.refunded", payment.RefundedMinor),
                ("receipt.reversed", payment.ReversedMinor),
            }
            where other.Item2 != 0
            select Line(texts[other.Item1], null, payment.Amount!.Value with { AmountMinor = other.Item2 }));
        return Page($"{texts["receipt.title"]} {payment.Number} · {Merchant}", Markup.Of($"""
              <p class="kind">{texts["receipt.title"]}</p>
              <h1 class="amount">{texts.Of(payment.Amount!.Value)}</h1>
              <dl class="facts">
                <dt>{texts["receipt.number"]}</dt><dd>{payment.Number}</dd>
                <dt>{texts["receipt.day"]}</dt><dd>{texts.Of(view.DayIn(installation!.MerchantZone))}</dd>
                <dt>{texts["receipt.booked"]}</dt><dd>{texts.Of(TimeZoneInfo.ConvertTime(payment.StatusAt, installation.MerchantZone))}</dd>
                {(view.Account.Name is { } payer ? Markup.Of($"""<dt>{texts["receipt.to"]}</dt><dd>{payer}</dd>""") : Markup.Empty)}
                <dt>{texts["receipt.method"]}</dt><dd>{texts.Of(payment.Method, view.Instrument)}</dd>
              </dl>
              <h2>{texts["receipt.from"]}</h2>
              <ul class="charges">{lines}{others}</ul>
              <p class="actions"><a class="button" href="{back}">{texts["receipt.back"]}</a>
                {(PaperDesk.HasReceipt(view)
                    ? Markup.Of($"""<a class="button plain" href="{back}/receipt.pdf">{texts["receipt.save"]}</a>""") : Markup.Empty)}
                <button class="plain" id="print" type="button" hidden>{texts["receipt.print"]}</button></p>
            """), hasScript: true, here: $"{back}/receipt");
    }

    private static Markup Tick => new(
        """
        <svg class="tick" viewBox="0 0 48 48" aria-hidden="true">
          <circle cx="24" cy="24" r="24"/><path d="M15 24.500l6.500 6.500 12-14"/>
        </svg>
        """);

    private string Title => texts.With("page.title", Of());

    private (string, string) Of() => ("merchant", Merchant);

    private string LastDay(LinkView view) => texts.Of(installation!.MerchantZone.DayOf(view.Link.EndsAt.AddTicks(-1)));

    private string Until(LinkView view) => texts.With("until", ("day", LastDay(view)));

    private Markup Head(LinkView view) => Markup.Of($"""
        <h1>{Title}</h1>
          <p class="amount">{texts.Of(view.Due)}</p>
          <ul class="charges">{Markup.Join(LinesOf(view))}</ul>
        """);

    private IEnumerable<Markup> LinesOf(LinkView view)
    {
        if (view.Charges.Count == 0)
        {
            yield return Line(view.Link.Text, null, view.Due);
            yield break;
        }

        var open = view.Charges.Where(charge => charge.OpenMinor > 0).ToList();
        foreach (var charge in open)
        {
            yield return Line(
                CustomerTexts.NameOf(charge), texts.With("due", ("day", texts.Of(charge.DueOn))),
                charge.Amount with { AmountMinor = charge.OpenMinor });
        }
    }

    private Markup Line(string name, string? note, Money amount) => Markup.Of($"""
        <li><span>{name}{(note is null ? Markup.Empty : Markup.Of($"<small>{note}</small>"))}</span><b>{texts.Of(amount)}</b></li>
        """);

    private Markup Transfer(TransferCode transfer) => Markup.Of($"""
          <section class="transfer" aria-labelledby="by-transfer">
            <h2 id="by-transfer">{texts["transfer.heading"]}</h2>
            <p>{texts.With("transfer.note", Of())}</p>
            <div class="slip">
              <details id="code" open><summary>{texts["transfer.elsewhere"]}</summary>
                {transfer.Picture(texts[transfer.IsSwiss ? "transfer.code.swiss" : "transfer.code.giro"])}</details>
              <dl class="facts">
                {Fact("transfer.payee", PayeeOf(transfer), transfer.Payee.Name)}
                {Fact("transfer.iban", transfer.ShownIban, transfer.Payee.Iban)}
                {Fact("transfer.reference", transfer.Reference, WithoutBlanks(transfer.Reference))}
                {Fact("transfer.amount", texts.Of(transfer.Amount), texts.FigureOf(transfer.Amount))}
              </dl>
            </div>
            <p class="unseen" id="copied" role="status"></p>
            <p class="actions">{(transfer.IsSwiss
              ? Markup.Of($"""<a class="button plain" href="{path}/qr-bill.pdf">{texts["slip.title"]} (PDF)</a>""") : Markup.Empty)}
              <button class="plain" id="share" type="button" hidden data-text="{SharedOf(transfer)}">{texts["transfer.share"]}</button>
              {(transfer.Payto is { } payto
                ? Markup.Of($"""<a class="button plain" id="app" href="{payto}" hidden>{texts["transfer.app"]}</a>""")
                : Markup.Empty)}</p>
            {(transfer.Payto is null ? Markup.Empty
              : Markup.Of($"""<p class="quiet" id="app-note" hidden>{texts["transfer.app.note"]}</p>"""))}
            <p class="quiet">{texts.With("transfer.delay", Of())}</p>
          </section>
        """);

    /// <summary>The transfer in plain text, as the customer passes it on.</summary>
    private string SharedOf(TransferCode transfer)
    {
        (string Key, string Value)[] facts =
        [
            ("payee", PayeeOf(transfer)), ("iban", transfer.Payee.Iban), ("reference", WithoutBlanks(transfer.Reference)),
            ("amount", texts.Of(transfer.Amount)),
        ];
        return string.Join('\n', facts.Select(fact => $"{texts[$"transfer.{fact.Key}"]}: {fact.Value}"));
    }

    /// <summary>A fact of the transfer, with a button that copies it as a banking app takes it.</summary>
    private Markup Fact(string key, string shown, string copied) => Markup.Of($"""
        <dt>{texts[key]}</dt><dd><span class="number">{shown}</span><button class="copy" type="button" hidden
          data-copy="{copied}" data-done="{texts["copied"]}" aria-label="{texts["copy"]}: {texts[key]}">{texts["copy"]}</button></dd>
        """);

    /// <summary>What a customer keeps of a debit, under way or paid: by the mandate it is known at the bank.</summary>
    private Markup Debit(Payment payment, string mandate, string account, DebitCollector? collector) => Markup.Of($"""
        <dl class="facts">
          <dt>{texts["transfer.payee"]}</dt><dd>{collector?.Account.Name ?? Merchant}</dd>
          <dt>{texts["transfer.amount"]}</dt><dd>{texts.Of(payment.Amount!.Value)}</dd>
          <dt>{texts["debit.account"]}</dt><dd>{account}</dd>
          <dt>{texts["mandate.reference"]}</dt><dd class="number">{mandate}</dd>
          {(collector is null ? Markup.Empty : Markup.Of($"""
          <dt>{texts["mandate.identifier"]}</dt><dd class="number">{collector.Account.Identifier}</dd>
          {(collector.From is not { } day ? Markup.Empty : Markup.Of($"""
          <dt>{texts["debit.day"]}</dt><dd>{texts.With("debit.from", ("day", texts.Of(day)))}</dd>
          """))}
          """))}
        </dl>
        """);

    /// <summary>That bills are paid by themselves from now on, with the way to end it, which needs no script.</summary>
    private Markup Consent(Autopay autopay, string instrument) => Markup.Of($"""
        <section class="autopay" aria-labelledby="autopay">
          <h2 id="autopay">{texts[autopay.IsInForce ? "autopay.title" : "autopay.ended.title"]}</h2>
          <p>{texts.With(autopay.IsInForce ? "autopay.note" : "autopay.ended.note", Of(), ("instrument", instrument))}</p>
          {(autopay.IsInForce
              ? Markup.Of($"""<form method="post" action="{path}/autopay/end"><button>{texts["autopay.end"]}</button></form>""")
              : Markup.Empty)}
        </section>
        """);

    private static string WithoutBlanks(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    private Markup Button(string address, string key) =>
        Markup.Of($"""<p class="actions"><a class="button" href="{address}">{texts[key]}</a></p>""");

    private static string PayeeOf(TransferCode transfer) => transfer is { IsSwiss: true, Payee: { Address: { } address } payee }
        ? string.Join(", ", new[] { payee.Name, address.Street, $"{address.Postcode} {address.Town}" }.OfType<string>())
        : transfer.Payee.Name;

    private static string CountryOf(Currency currency) => currency.Code switch
    {
        "CHF" => "CH",
        "GBP" => "GB",
        _ => "DE",
    };

    private static string Preload(string file) => file.EndsWith(".js", StringComparison.Ordinal)
        ? $"""<link rel="modulepreload" href="{file}">""" : $"""<link rel="preload" as="style" crossorigin href="{file}">""";

    /// <param name="isPassing">Whether the page says something else in a moment, and so loads itself again.</param>
    /// <param name="here">Its address where it is not the link's.</param>
    private MerchantPage Page(
        string title, Markup content, PageWidget? widget = null, bool hasScript = false, bool isPassing = false, string? here = null) =>
        new MerchantFrame(texts, Merchant, profile, path).Page(title, Style, isNamed: widget is not null, content, new Markup(
            (isPassing ? """<meta http-equiv="refresh" content="2">""" : "")
            + (widget is null ? "" : """<script src="/widget.js" defer></script>""" + string.Concat(widget.Files.Select(Preload)))
            + (widget is not null || hasScript ? $"""<script src="{ScriptPath}" defer></script>""" : "")),
            here ?? (path.Length == 0 ? null : path));
}
