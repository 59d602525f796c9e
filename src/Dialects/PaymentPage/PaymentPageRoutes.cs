using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Pages;
using Quittance.Papers;

namespace Quittance.Dialects.PaymentPage;

/// <summary>The widget of the pages.</summary>
/// <param name="Environment">What it says where it runs: <c>live</c> or <c>sandbox</c>.</param>
/// <param name="Files">The addresses of its frame's files, which the page fetches before the frame asks for them.</param>
public sealed record PageWidget(string Environment, IReadOnlyList<string> Files);

/// <summary>
/// The page behind a payment link. The address that a merchant sends names the link and has its proof as the query, which no log has. It
/// leads to the address without the proof, and the browser keeps the proof in a cookie, so that no picture of the page and no provider
/// gets it.
/// </summary>
/// <param name="address">Where customers reach this server.</param>
/// <param name="links">The links, to read.</param>
/// <param name="desk">What they are for as the books stand, and whether it is being paid.</param>
/// <param name="attempts">What their payments ask of providers, to read.</param>
/// <param name="autopays">The customers' consents to autopay, to read.</param>
/// <param name="payees">Where transfers go.</param>
/// <param name="profiles">What customers see of merchants.</param>
/// <param name="creditors">The merchants' bank accounts for debits.</param>
/// <param name="papers">Makes receipts to keep.</param>
/// <param name="sessionLifetime">How long a session of a link lasts.</param>
/// <param name="guesses">The wrong proofs of each address.</param>
/// <param name="widget">The widget that its pages have.</param>
public sealed class PaymentPageRoutes(
    PublicAddress address, ILinks links, LinkDesk desk, IAttempts attempts, IAutopays autopays, IPayees payees, IProfiles profiles,
    ICreditors creditors, PaperDesk papers, TimeSpan sessionLifetime, AddressTries guesses, PageWidget widget) : Dialect
{
    /// <summary>How many wrong proofs one address may send within a minute: many customers share one.</summary>
    public const int UsualProofLimit = 120;

    private const string LinkName = "link";
    private const string LinkCookie = "quittance_pay";
    private const string VisitorCookie = "quittance_opened";
    private const string LinkItem = "payment link";
    private const string ProfileItem = "merchant's profile";
    private const string WaitItem = "payment link guessed too often";
    private const string VisitorItem = "payment link opened";
    private const int ChangedRounds = 3;

    // A customer comes back for the receipt.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public override string Name => "payment-page";

    public override IReadOnlyList<string> Paths => [LinkAddress.Mount];

    public override long BodyLimit => 1024;

    // Of each link.
    public override RateLimit RateLimit { get; } = new(120, TimeSpan.FromMinutes(1));

    public override void Map(DialectRoutes routes)
    {
        const string Page = $"{LinkAddress.Mount}/{{{LinkName}}}";
        routes.Open(
            HttpMethods.Get, PaymentPages.ScriptPath,
            http => PageFrame.ShowAsync(http, "text/javascript; charset=utf-8", "PaymentPage.page.js"));
        routes.Get(Page, Credential.CustomerScope, ShowAsync);
        // It changes something for all that it is a GET: a form leads to it, which programs that look at links do not send.
        routes.Get($"{Page}/open", Credential.CustomerScope, OpenOnceAsync);
        routes.Get($"{Page}/logo", Credential.CustomerScope, async call =>
            await profiles.LogoAsync(LinkOf(call).Id.Merchant, call.Cancel) is { } logo
                ? LogoAnswer.Of(logo, "private, max-age=86400") : Refuse(call.Http, EdgeFault.PathUnknown));
        routes.Button($"{Page}/autopay/end", Credential.CustomerScope, EndAutopayAsync);
        routes.Get($"{Page}/qr-bill.pdf", Credential.CustomerScope, QrBillAsync);
        routes.Get($"{Page}/receipt", Credential.CustomerScope, ReceiptAsync);
        routes.Get($"{Page}/receipt.pdf", Credential.CustomerScope, ReceiptPaperAsync);
    }

    public override async ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials)
    {
        // Before anything is read.
        if (guesses.Wait(http) is { } wait)
        {
            http.Items[WaitItem] = wait;
            return null;
        }

        var name = (string?)http.Request.RouteValues[LinkName];
        var proof = http.Request.Query[LinkAddress.Proof] is [{ } sent] ? sent : http.Request.Cookies[LinkCookie];
        if (SessionToken.TryRead($"{SessionToken.LinkPrefix}{name}{proof}", SessionToken.LinkPrefix) is not { } token
            || await links.FindAsync(token.Link, http.RequestAborted) is not { } link
            || await credentials.OfCustomerAsync(link.Id.Merchant, link.Installation, http.RequestAborted) is not { } customer
            || !token.IsGenuine(customer.HashKey.Span))
        {
            guesses.Count(http);
            return null;
        }

        http.Items[LinkItem] = link;
        http.Items[ProfileItem] = await profiles.FindAsync(link.Id.Merchant, http.RequestAborted);
        http.Items[VisitorItem] = SessionToken.TryRead(
            $"{SessionToken.VisitorPrefix}{name}{http.Request.Cookies[VisitorCookie]}", SessionToken.VisitorPrefix) is { } visitor
            && visitor.IsGenuine(customer.HashKey.Span);
        return customer with { Subject = link.Id.Value };
    }

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null)
    {
        var pages = new PaymentPages(PageTexts.Choose(http.Request, null), null, MerchantProfile.None, "");
        return MerchantFrame.Refuse(fault, (TimeSpan?)http.Items[WaitItem], words => pages.Says(words));
    }

    private static PaymentLink LinkOf(Call call) => (PaymentLink)call.Http.Items[LinkItem]!;

    private static bool IsReturning(Call call) => (bool)call.Http.Items[VisitorItem]!;

    private static PaymentPages PagesOf(Call call) => new(
        PageTexts.Choose(call.Http.Request, call.Credential.Installation.Locale), call.Credential.Installation, ProfileOf(call),
        LinkAddress.PathOf(LinkOf(call).Id));

    private static MerchantProfile ProfileOf(Call call) => (MerchantProfile)call.Http.Items[ProfileItem]!;

    /// <summary>The page; for the address with the proof, the way to it.</summary>
    private async Task<Answer> ShowAsync(Call call)
    {
        var link = LinkOf(call);
        if (call.Http.Request.Query.ContainsKey(LinkAddress.Proof))
        {
            var token = SessionToken.ForLink(link.Id, call.Credential.HashKey.Span);
            return Redirect(link, Cookie(link, LinkCookie, LinkAddress.ProofOf(token)));
        }

        if (Chosen(call) is { } cookie)
            return Redirect(link, cookie);
        var view = await desk.ViewAsync(link, call.Cancel);
        if (await StandingAsync(call, view) is { } standing)
            return standing;
        if (link is { Opens: LinkOpening.Once, Session: null })
            return MerchantFrame.Answer(StatusCodes.Status200OK, PagesOf(call).Once(view, $"{LinkAddress.PathOf(link.Id)}/open"));
        var (opened, refused) = await OpenedAsync(call, view);
        return refused ?? await PayableAsync(call, opened);
    }

    /// <summary>Opens a link that opens once: this browser keeps it.</summary>
    private async Task<Answer> OpenOnceAsync(Call call)
    {
        var link = LinkOf(call);
        var view = await desk.ViewAsync(link, call.Cancel);
        if (await StandingAsync(call, view) is { } standing)
            return standing;
        var (_, refused) = await OpenedAsync(call, view);
        var token = SessionToken.ForVisitor(link.Id, call.Credential.HashKey.Span);
        return refused ?? Redirect(link, Cookie(link, VisitorCookie, LinkAddress.ProofOf(token)));
    }

    /// <summary>The cookie that keeps a language which the customer chooses; null where it chooses none.</summary>
    private string? Chosen(Call call) => call.Http.Request.Query[PageTexts.Query] is [{ } chosen]
        ? Cookie(LinkOf(call), PageTexts.Cookie, CustomerTexts.LanguageOf(chosen) ?? "") : null;

    private async Task<Answer> ReceiptAsync(Call call)
    {
        if (Chosen(call) is { } cookie)
            return Redirect(LinkOf(call), cookie, "/receipt");
        var view = await desk.ViewAsync(LinkOf(call), call.Cancel);
        return IsOpenTo(call, view.Link) && await ReceivedAsync(call, view) is { } paid
            ? MerchantFrame.Answer(StatusCodes.Status200OK, PagesOf(call).Receipt(paid, LinkAddress.PathOf(view.Link.Id)))
            : Refuse(call.Http, EdgeFault.PathUnknown);
    }

    /// <summary>The receipt as a file to keep, in the language of the page.</summary>
    private async Task<Answer> ReceiptPaperAsync(Call call)
    {
        var installation = call.Credential.Installation;
        var texts = PageTexts.Choose(call.Http.Request, installation.Locale);
        var view = await desk.ViewAsync(LinkOf(call), call.Cancel);
        if (!IsOpenTo(call, view.Link) || await ReceivedAsync(call, view) is not { } paid || !PaperDesk.HasReceipt(paid))
            return Refuse(call.Http, EdgeFault.PathUnknown);
        var paper = await papers.ReceiptAsync(
            paid, PaperIssuer.Of(installation), texts.Tag, call.Cancel, isForAnyone: true);
        return Answer.OfFile(paper.Name, Paper.MediaType, paper.Content);
    }

    /// <summary>
    /// The QR-bill as a file to print, where the page says the transfer. A link does not prove that its holder is the customer: it has no
    /// name and address.
    /// </summary>
    private async Task<Answer> QrBillAsync(Call call)
    {
        var (link, installation) = (LinkOf(call), call.Credential.Installation);
        var view = await desk.ViewAsync(link, call.Cancel);
        var isHere = link.Opens == LinkOpening.Many || (link.Session is not null && IsReturning(call));
        if (!isHere || view.StandingAt(call.Now) != LinkStanding.Open || await desk.IsClaimedAsync(view, call.Cancel)
            || await papers.QrBillAsync(
                view, PaperIssuer.Of(installation), PageTexts.Choose(call.Http.Request, installation.Locale).Tag, isForAnyone: true,
                call.Cancel) is not { } paper)
        {
            return Refuse(call.Http, EdgeFault.PathUnknown);
        }

        return Answer.OfFile(paper.Name, Paper.MediaType, paper.Content);
    }

    /// <summary>Ends the autopay that was chosen with the payment by the link: whoever sees its page may, as with the receipt.</summary>
    private async Task<Answer> EndAutopayAsync(Call call)
    {
        var link = LinkOf(call);
        var view = await desk.ViewAsync(link, call.Cancel);
        if (!IsOpenTo(call, link) || !view.HasPayment || await AutopayAsync(call, view) is not { } consent)
            return Refuse(call.Http, EdgeFault.PathUnknown);
        var outcome = await call.SubmitAsync(
            new EndAutopay(call.Origin, link.Target, AutopaySource.Link) { Only = consent.Instrument });
        return outcome.Accepted || outcome.Faults[0].Refusal == Refusal.NothingToChange
            ? Redirect(link) : Refuse(call.Http, EdgeFault.Unavailable);
    }

    /// <summary>
    /// The customer's last consent to autopay, where it is to what the payment by the link was made with; null for none. One that was
    /// given elsewhere is not shown: a link does not prove that its holder is the customer.
    /// </summary>
    private async Task<Autopay?> AutopayAsync(Call call, LinkView view)
    {
        if (view is not { Last: { AutopayLanguage: not null, Instrument: { } instrument } session, Payment: { } paying })
            return null;
        // The money has come: the customer who looks does not wait for the sweep that ends the session.
        if (session.Status == SessionStatus.Open && paying.Payment.Pays)
            await call.SubmitAsync(new ExpireSession(call.Origin, session, view.Link));
        var consents = await autopays.OfAccountAsync(session.Account, call.Cancel);
        return consents is [var last, ..] && last.Instrument == instrument ? last : null;
    }

    /// <summary>The merchant, where it collects the payment itself; null otherwise.</summary>
    private async Task<DebitCollector?> CollectorAsync(Call call, PaymentView paid)
    {
        var asked = (await attempts.OfPaymentAsync(paid.Payment.Id, call.Cancel))
            .Where(one => one.Provider == ClearingProvider.Bank).ToList();
        return asked.Count == 0 || await creditors.FindAsync(paid.Payment.Id.Merchant, call.Cancel) is not { } account ? null
            : new DebitCollector(account, asked.Exists(one => one.WaitsForCollection) ? account.FirstDueDay(call.Now) : null);
    }

    private static bool IsOpenTo(Call call, PaymentLink link) =>
        link.Opens == LinkOpening.Many || link.Session is null || IsReturning(call);

    /// <summary>
    /// The payment of a receipt: the one by the link, or the bank transfer that settled its charges; null where no such money has come.
    /// </summary>
    private async Task<PaymentView?> ReceivedAsync(Call call, LinkView view)
    {
        if (view.Payment is { Payment.Status: PaymentStatus.Captured })
            return view.Payment;
        return view.Due.AmountMinor == 0 && await links.TransferAsync(view.Link, call.Cancel) is { } id
            && await call.Books.PaymentAsync(id, asOf: null, call.Cancel) is { Payment.Pays: true } transfer ? transfer : null;
    }

    /// <summary>The answer where nothing can be paid; null where something can.</summary>
    private async Task<Answer?> StandingAsync(Call call, LinkView view)
    {
        var pages = PagesOf(call);
        var receipt = $"{LinkAddress.PathOf(view.Link.Id)}/receipt";
        if (!IsOpenTo(call, view.Link))
            return MerchantFrame.Answer(StatusCodes.Status409Conflict, pages.Says("opened"));
        // An amount of which all went back: nothing says that it is due again.
        if (view is { HasPayment: true, Payment.Payment: { Status: PaymentStatus.Captured, Pays: false } })
            return MerchantFrame.Answer(StatusCodes.Status200OK, pages.Says("settled", receipt: receipt));
        if (view.HasPayment)
        {
            return MerchantFrame.Answer(
                StatusCodes.Status200OK,
                pages.Paid(
                    view, view.Payment!.Payment.Status == PaymentStatus.Captured ? receipt : null, await AutopayAsync(call, view),
                    await CollectorAsync(call, view.Payment!)));
        }

        if (view.IsUnderWay)
            return null;
        // A merged account's charges are now the other account's, but for those that were paid before.
        if (view.Account.MergedInto is not null && !view.IsPaidWhole)
            return MerchantFrame.Answer(StatusCodes.Status410Gone, pages.Says("moved"));
        if (view.Due.AmountMinor == 0)
        {
            return MerchantFrame.Answer(StatusCodes.Status200OK, view.IsPaid
                ? pages.Says("settled", receipt: await ReceivedAsync(call, view) is null ? null : receipt)
                : pages.Says("dropped"));
        }

        if (view.Link.Status == LinkStatus.TakenBack)
            return MerchantFrame.Answer(StatusCodes.Status410Gone, pages.Says("taken_back"));
        return view.Link.HasEnded(call.Now) ? MerchantFrame.Answer(StatusCodes.Status410Gone, pages.Says("ended", view)) : null;
    }

    /// <summary>The link with a session in which the customer can pay. Of two who open it at once, both get the same.</summary>
    private async Task<(LinkView View, Answer? Refused)> OpenedAsync(Call call, LinkView view)
    {
        for (var round = 1; !view.HasSession(call.Now); round++)
        {
            PaymentChoice[] choices =
                [.. Enum.GetValues<PaymentChoice>().Where(choice => choice.IsCollected() && choice.IsOffered(view.Due.Currency))];
            var outcome = await call.SubmitAsync(new OpenLink(
                call.Origin, view.Link, view.Last, new SessionId(view.Link.Id.Merchant, call.NewId()), choices, sessionLifetime)
            {
                IsReturning = IsReturning(call),
            });
            if (!outcome.Accepted && (outcome.Faults[0].Refusal != Refusal.SessionChanged || round == ChangedRounds))
                return (view, RefusedAnswer(call, outcome.Faults[0].Refusal));
            var link = await links.FindAsync(view.Link.Id, call.Cancel) ?? view.Link;
            view = await desk.ViewAsync(link, call.Cancel);
            if (outcome.Accepted)
                break;
            // Another request has opened it meanwhile.
            if (await StandingAsync(call, view) is { } standing)
                return (view, standing);
        }

        return (view, null);
    }

    private Answer RefusedAnswer(Call call, Refusal refusal) => refusal switch
    {
        Refusal.AccountClosed => MerchantFrame.Answer(StatusCodes.Status410Gone, PagesOf(call).Says("closed")),
        Refusal.AccountMerged => MerchantFrame.Answer(StatusCodes.Status410Gone, PagesOf(call).Says("moved")),
        Refusal.LinkOpened => MerchantFrame.Answer(StatusCodes.Status409Conflict, PagesOf(call).Says("opened")),
        Refusal.TriedOut => MerchantFrame.Answer(StatusCodes.Status429TooManyRequests, PagesOf(call).Says("tried_out")),
        _ => Refuse(call.Http, EdgeFault.Unavailable),
    };

    private async Task<Answer> PayableAsync(Call call, LinkView view)
    {
        var payee = await payees.FindAsync(view.Link.Id.Merchant, call.Cancel);
        var isClaimed = await desk.IsClaimedAsync(view, call.Cancel);
        var transfer = payee is null || isClaimed ? null : TransferCode.Of(payee, view.Link, view.Due);
        var token = SessionToken.ForUser(view.Last!.Id, call.Credential.HashKey.Span);
        // A transfer for an amount names nothing that it settles.
        var saysWhyNone = payee is not null && view.Link.Charges.Count == 0;
        return MerchantFrame.Answer(StatusCodes.Status200OK, PagesOf(call).Pay(view, token, widget, transfer, isClaimed, saysWhyNone));
    }

    /// <param name="to">The part of the address below that of the link's page.</param>
    private Answer Redirect(PaymentLink link, string? cookie = null, string to = "") => new(StatusCodes.Status303SeeOther, null)
    {
        Location = $"{address.Base}{LinkAddress.PathOf(link.Id)}{to}",
        Headers = [.. cookie is null ? [] : ((string, string)[])[("Set-Cookie", cookie)], ("Referrer-Policy", "no-referrer")],
    };

    // A link in a message is followed from another site, so Strict would lose it.
    private string Cookie(PaymentLink link, string name, string value) =>
        $"{name}={value}; Path={LinkAddress.PathOf(link.Id)}; Expires={(link.EndsAt + KeptFor).UtcDateTime:R}; HttpOnly; SameSite=Lax"
        + (address.Base.StartsWith("https:", StringComparison.Ordinal) ? "; Secure" : "");
}
