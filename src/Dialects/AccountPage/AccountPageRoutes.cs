using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Instruments;
using Quittance.Core.Profiles;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Pages;
using Quittance.Papers;

namespace Quittance.Dialects.AccountPage;

/// <summary>
/// Customers' own pages. A link is mailed to the address that the books have; it opens once, within 15 minutes, and the browser that
/// opened it sees the page for an hour. As with payment links the proof stands in the address only on the way to a cookie.
/// </summary>
/// <param name="address">Where customers reach this server.</param>
/// <param name="visits">The visits of customers.</param>
/// <param name="receivables">What customers owe, to read.</param>
/// <param name="autopays">The customers' consents to autopay, to read.</param>
/// <param name="links">Makes the payment link for the bills that a customer pays.</param>
/// <param name="profiles">What customers see of merchants.</param>
/// <param name="papers">Makes receipts and statements.</param>
/// <param name="guesses">The wrong proofs of each address.</param>
/// <param name="asks">How often each address asks for links.</param>
/// <param name="hold">Whether the books are held.</param>
/// <param name="sendsMail">Whether the server has a mail server; without one nobody can ask for a link here.</param>
public sealed class AccountPageRoutes(
    PublicAddress address, IAccountVisits visits, IReceivables receivables, IAutopays autopays, LinkDesk links, IProfiles profiles,
    PaperDesk papers, AddressTries guesses, AddressTries asks, IHold hold, bool sendsMail) : Dialect
{
    /// <summary>How many links one address may ask for within a minute: families and offices share one.</summary>
    public const int UsualAskLimit = 20;

    private const string VisitName = "visit";
    private const string MerchantName = "merchant";
    private const string MethodName = "method";
    private const string NumberName = "number";
    private const string LinkCookie = "quittance_account";
    private const string PageCookie = "quittance_account_page";
    private const string VisitItem = "account visit";
    private const string ProfileItem = "merchant's profile";
    private const string PageItem = "account page opened";
    private const string WaitItem = "account link guessed too often";
    private const string Done = "done";
    private const int MostPayments = 20;
    private const int MostRead = 200;
    private const int MostLinks = 20;
    private const int StatementMonths = 12;
    private const int PaperDays = 30;

    // Who prints a bill pays it days later.
    private static readonly TimeSpan LastsLong = TimeSpan.FromDays(14);

    // A form has 50 bills, or the fields of a contact.
    private const int MostBody = 16 * 1024;

    private static readonly string[] DoneWords =
        ["account.done.saved", "account.done.ended", "account.done.autopay", "account.done.nothing", "account.done.claimed"];

    public override string Name => "account-page";

    public override IReadOnlyList<string> Paths => [AccountAddress.Mount];

    public override long BodyLimit => MostBody;

    // Of each visit.
    public override RateLimit RateLimit { get; } = new(120, TimeSpan.FromMinutes(1));

    public override void Map(DialectRoutes routes)
    {
        const string Page = $"{AccountAddress.Mount}/{{{VisitName}}}";
        const string Asking = $"{AccountAddress.Mount}/{AccountAddress.Asking}/{{{MerchantName}:long}}";
        routes.Open(HttpMethods.Get, Asking, http => AskAsync(http, isSent: false));
        routes.Open(HttpMethods.Post, Asking, http => AskAsync(http, isSent: true));
        routes.Get(Page, Credential.CustomerScope, ShowAsync);
        routes.Button($"{Page}/open", Credential.CustomerScope, OpenAsync);
        routes.Button($"{Page}/leave", Credential.CustomerScope, LeaveAsync);
        routes.Get($"{Page}/logo", Credential.CustomerScope, async call =>
            await profiles.LogoAsync(VisitOf(call).Id.Merchant, call.Cancel) is { } logo
                ? LogoAnswer.Of(logo, "private, max-age=86400") : Refuse(call.Http, EdgeFault.PathUnknown));
        routes.Button($"{Page}/pay", Credential.CustomerScope, Within(PayAsync));
        routes.Button($"{Page}/qr-bill", Credential.CustomerScope, Within(QrBillAsync));
        routes.Button($"{Page}/contact", Credential.CustomerScope, Within(ChangeContactAsync));
        routes.Button($"{Page}/autopay/end", Credential.CustomerScope, Within(EndAutopayAsync));
        routes.Button($"{Page}/methods/{{{MethodName}:guid}}/end", Credential.CustomerScope, Within(EndMethodAsync));
        routes.Get($"{Page}/receipts/{{{NumberName}:long}}.pdf", Credential.CustomerScope, Within(ReceiptAsync));
        routes.Get($"{Page}/statement.pdf", Credential.CustomerScope, Within(StatementAsync));
    }

    public override async ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials)
    {
        // Before anything is read.
        if (guesses.Wait(http) is { } wait)
        {
            http.Items[WaitItem] = wait;
            return null;
        }

        var name = (string?)http.Request.RouteValues[VisitName];
        // A button needs the cookie, so that no other site presses it with a link of its own.
        var proof = HttpMethods.IsGet(http.Request.Method) && http.Request.Query[LinkAddress.Proof] is [{ } sent] ? sent
            : http.Request.Cookies[LinkCookie];
        if (SessionToken.TryRead($"{SessionToken.VisitPrefix}{name}{proof}", SessionToken.VisitPrefix) is not { } token
            || await visits.FindAsync(token.Visit, http.RequestAborted) is not { } visit
            || await credentials.OfCustomerAsync(visit.Id.Merchant, visit.Installation, http.RequestAborted) is not { } customer
            || !token.IsGenuine(customer.HashKey.Span))
        {
            guesses.Count(http);
            return null;
        }

        http.Items[VisitItem] = visit;
        http.Items[ProfileItem] = await profiles.FindAsync(visit.Id.Merchant, http.RequestAborted);
        http.Items[PageItem] = SessionToken.TryRead(
            $"{SessionToken.PagePrefix}{name}{http.Request.Cookies[PageCookie]}", SessionToken.PagePrefix) is { } page
            && page.IsGenuine(customer.HashKey.Span);
        return customer with { Subject = visit.Id.Value };
    }

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null)
    {
        var pages = new AccountPages(PageTexts.Choose(AccountTexts.All, http.Request, null), null, MerchantProfile.None, "");
        return MerchantFrame.Refuse(fault, (TimeSpan?)http.Items[WaitItem], words => pages.Says(words));
    }

    private static AccountVisit VisitOf(Call call) => (AccountVisit)call.Http.Items[VisitItem]!;

    private static MerchantProfile ProfileOf(Call call) => (MerchantProfile)call.Http.Items[ProfileItem]!;

    private static CustomerTexts TextsOf(Call call) =>
        PageTexts.Choose(AccountTexts.All, call.Http.Request, call.Credential.Installation.Locale);

    private static AccountPages PagesOf(Call call) =>
        new(TextsOf(call), call.Credential.Installation, ProfileOf(call), AccountAddress.PathOf(VisitOf(call).Id));

    /// <summary>The page on which customers ask for a link. Its answer is the same whether or not there is such a customer.</summary>
    private async Task AskAsync(HttpContext http, bool isSent)
    {
        var cancel = http.RequestAborted;
        var answer = Refuse(http, EdgeFault.PathUnknown);
        if (asks.Wait(http) is { } wait)
        {
            http.Items[WaitItem] = wait;
            answer = Refuse(http, EdgeFault.Unauthenticated);
        }
        else if (sendsMail && long.TryParse((string?)http.Request.RouteValues[MerchantName], out var id)
            && new MerchantId(id) is var merchant && await visits.InstallationAsync(merchant, cancel) is { } installation)
        {
            if (isSent)
                asks.Count(http);
            answer = isSent && hold.IsHeld ? Refuse(http, EdgeFault.Held) : await AskedAsync(http, merchant, installation, isSent, cancel);
        }
        else
        {
            asks.Count(http);
        }

        await DialectRoutes.WriteAsync(http, answer);
    }

    private async Task<Answer> AskedAsync(
        HttpContext http, MerchantId merchant, long installation, bool isSent, CancellationToken cancel)
    {
        var credentials = (ICredentials)http.RequestServices.GetService(typeof(ICredentials))!;
        if (await credentials.OfCustomerAsync(merchant, installation, cancel) is not { Installation: var named })
            return Refuse(http, EdgeFault.PathUnknown);
        if (http.Request.Query[PageTexts.Query] is [{ } chosen])
        {
            var (path, language) = (AccountAddress.AskingOf(merchant), CustomerTexts.LanguageOf(chosen) ?? "");
            return new Answer(StatusCodes.Status303SeeOther, null)
            {
                Location = $"{address.Base}{path}",
                Headers = [("Set-Cookie", Cookie(path, PageTexts.Cookie, language, endsAt: null))],
            };
        }

        // The logo and the colour are below pages that are open; who the merchant is in law, a customer reads before typing an address.
        var profile = await profiles.FindAsync(merchant, cancel) with { Logo = null, Colour = null };
        var pages = new AccountPages(PageTexts.Choose(AccountTexts.All, http.Request, named.Locale), named, profile, "");
        if (!isSent)
            return MerchantFrame.Answer(StatusCodes.Status200OK, pages.Ask(AccountAddress.AskingOf(merchant)));
        if (await FormAsync(http) is not { } form)
            return Refuse(http, EdgeFault.BodyBroken);
        var contact = ContactReader.Read(
            field => field == ContactReader.Email ? form[ContactReader.Email].ToString().Trim() : null, hasAddress: false, (_, _) => { });
        if (contact.Email is { } email)
        {
            foreach (var account in await visits.CustomersAsync(merchant, email, cancel))
                await visits.AskAsync(account, by: null, cancel);
        }

        return MerchantFrame.Answer(StatusCodes.Status200OK, pages.Says("account.asked"));
    }

    /// <summary>The page; for the address with the proof, the way to it.</summary>
    private async Task<Answer> ShowAsync(Call call)
    {
        var visit = VisitOf(call);
        if (call.Http.Request.Query.ContainsKey(LinkAddress.Proof))
        {
            var token = SessionToken.ForVisit(visit.Id, call.Credential.HashKey.Span);
            return Redirect(visit, cookie: Cookie(visit, LinkCookie, LinkAddress.ProofOf(token)));
        }

        if (call.Http.Request.Query[PageTexts.Query] is [{ } chosen])
            return Redirect(visit, cookie: Cookie(visit, PageTexts.Cookie, CustomerTexts.LanguageOf(chosen) ?? ""));
        if (visit.CanOpen(call.Now))
        {
            // An erased person has no page: do not offer to open one.
            return await CustomerAsync(call) is { Contact.Email: not null }
                ? MerchantFrame.Answer(StatusCodes.Status200OK, PagesOf(call).Open($"{AccountAddress.PathOf(visit.Id)}/open"))
                : Over(call);
        }

        return await Within((_, customer) => PageAsync(call, customer, typed: null))(call);
    }

    /// <summary>Opens the link: this browser has the page.</summary>
    private async Task<Answer> OpenAsync(Call call)
    {
        var visit = VisitOf(call);
        if (!await visits.OpenAsync(visit.Id, call.Cancel))
            return Over(call);
        var token = SessionToken.ForPage(visit.Id, call.Credential.HashKey.Span);
        return Redirect(visit, cookie: Cookie(visit, PageCookie, LinkAddress.ProofOf(token)));
    }

    private async Task<Answer> LeaveAsync(Call call)
    {
        var visit = VisitOf(call);
        if (IsHere(call))
            await visits.EndAsync(visit.Id, call.Cancel);
        return MerchantFrame.Answer(
            StatusCodes.Status200OK, PagesOf(call).Says("account.left", AccountAddress.AskingOf(visit.Id.Merchant)));
    }

    private static bool IsHere(Call call) => (bool)call.Http.Items[PageItem]! && VisitOf(call).IsOpen(call.Now);

    private static Answer Over(Call call) => MerchantFrame.Answer(
        StatusCodes.Status410Gone, PagesOf(call).Says("account.over", AccountAddress.AskingOf(VisitOf(call).Id.Merchant)));

    /// <summary>What only the browser does that opened the page, while it is open and the customer has an address.</summary>
    private Func<Call, Task<Answer>> Within(Func<Call, NamedAccount, Task<Answer>> operation) => async call =>
        IsHere(call) && await CustomerAsync(call) is { Contact.Email: not null } customer ? await operation(call, customer) : Over(call);

    /// <summary>The customer; of a merged account the one that stays.</summary>
    private async Task<NamedAccount?> CustomerAsync(Call call)
    {
        var account = VisitOf(call).Account;
        var chain = await call.Books.AccountsAsync([Reference.ToAccountId(account.Merchant, account.Value)], call.Cancel);
        return chain.Count == 0 ? null : await receivables.AccountAsync(chain[^1].Id, Reference.House, call.Cancel);
    }

    private async Task<Answer> PageAsync(Call call, NamedAccount customer, ContactTyped? typed)
    {
        var id = customer.Account.Id;
        var today = call.Today;
        ListQuery Latest(int limit) => new(id.Merchant, limit) { Criteria = [new AccountCriterion([id.Value])], IsNewestFirst = true };
        var payments = await call.Books.PaymentsAsync(Latest(MostRead), call.Cancel);
        var methods = await receivables.InstrumentsAsync(Latest(MostRead), call.Cancel);
        var consents = await autopays.OfAccountAsync(id, call.Cancel);
        var shown = new AccountShown(
            customer, (await receivables.BalanceAsync(id, AsOf.Of(today), call.Cancel))!,
            [.. payments.Items.Where(view => view.Payment is
                { Amount: not null, Status: PaymentStatus.Captured or PaymentStatus.Settling, MovedFrom: null }).Take(MostPayments)],
            [.. methods.Items.Where(method => method.IsOffered)], consents is [var last, ..] ? last : null,
            await papers.HasQrBillsAsync(id.Merchant, customer.Account.Currency, call.Cancel));
        var done = call.Http.Request.Query[Done] is [{ } word] && DoneWords.Contains(word) ? word : null;
        return MerchantFrame.Answer(
            typed is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, PagesOf(call).Show(shown, done, typed));
    }

    /// <summary>Makes a payment link for the bills that the customer has ticked, and leads there.</summary>
    private async Task<Answer> PayAsync(Call call, NamedAccount named)
    {
        if (await FormAsync(call.Http) is not { } form)
            return Refuse(call.Http, EdgeFault.BodyBroken);
        var bills = await TickedAsync(form, named.Account.Id, call.Cancel);
        if (bills.Count == 0)
            return Redirect(VisitOf(call), "account.done.nothing");
        var (link, refused) = await MadeAsync(call, named.Account, bills, days: 1);
        return link is null ? refused! : new Answer(StatusCodes.Status303SeeOther, null)
        {
            Location = await links.AddressAsync(address.Base, link, call.Cancel),
            Headers = [("Referrer-Policy", "no-referrer")],
        };
    }

    /// <summary>
    /// The QR-bill of the bills that the customer has ticked: that of a payment link, by whose reference the transfer is found again. Where
    /// one for just these is open for some time, it is that one.
    /// </summary>
    private async Task<Answer> QrBillAsync(Call call, NamedAccount named)
    {
        if (await FormAsync(call.Http) is not { } form)
            return Refuse(call.Http, EdgeFault.BodyBroken);
        var (account, installation) = (named.Account, call.Credential.Installation);
        if (!await papers.HasQrBillsAsync(account.Id.Merchant, account.Currency, call.Cancel))
            return Refuse(call.Http, EdgeFault.PathUnknown);
        var bills = await TickedAsync(form, account.Id, call.Cancel);
        if (bills.Count == 0)
            return Redirect(VisitOf(call), "account.done.nothing");
        if (await links.IsClaimedAsync(bills, call.Cancel))
            return Redirect(VisitOf(call), "account.done.claimed");
        var same = (await links.LinksAsync(account.Id.Merchant, account.Id, MostLinks, call.Cancel)).FirstOrDefault(one =>
            one.Opens == LinkOpening.Many && one.EndsAt - call.Now > LastsLong && one.Charges.ToHashSet().SetEquals(bills));
        if (same is not null && (await links.ViewAsync(same, call.Cancel)).StandingAt(call.Now) != LinkStanding.Open)
            same = null;
        var (link, refused) = same is null ? await MadeAsync(call, account, bills, PaperDays) : (same, null);
        if (link is null)
            return refused!;
        var paper = await papers.QrBillAsync(
            await links.ViewAsync(link, call.Cancel), PaperIssuer.Of(installation), TextsOf(call).Tag, isForAnyone: false, call.Cancel);
        return paper is null ? Refuse(call.Http, EdgeFault.PathUnknown) : Answer.OfFile(paper.Name, Paper.MediaType, paper.Content);
    }

    /// <summary>The open bills of an account that the customer has ticked.</summary>
    private async Task<IReadOnlyList<ChargeId>> TickedAsync(IFormCollection form, AccountId account, CancellationToken cancel)
    {
        List<ChargeId> bills = [];
        foreach (var bill in form[AccountPages.Bill].Distinct(StringComparer.Ordinal).Take(PaymentLink.MostCharges))
        {
            // A bill that was paid meanwhile is no longer among them, and one of another customer never was.
            if (Guid.TryParseExact(bill, "D", out var id)
                && await receivables.ChargeAsync(new ChargeId(account.Merchant, id), cancel) is { OpenMinor: > 0 } charge
                && charge.Account == account)
            {
                bills.Add(charge.Id);
            }
        }

        return bills;
    }

    /// <summary>Makes a payment link for bills.</summary>
    /// <param name="days">After how many days it ends.</param>
    private async Task<(PaymentLink? Link, Answer? Refused)> MadeAsync(
        Call call, Account customer, IReadOnlyList<ChargeId> bills, int days)
    {
        var (installation, id) = (call.Credential.Installation, new PaymentLinkId(customer.Id.Merchant, call.NewId()));
        var outcome = await call.SubmitAsync(await links.MakingAsync(
            call.Origin, AccountTarget.Of(customer.Id, customer.Slot), id, installation,
            [.. bills.Select(bill => Reference.ToChargeId(bill.Merchant, bill.Value))], amount: null,
            PaymentLink.EndOf(installation.MerchantZone.DayOf(call.Now).AddDays(days), installation, call.Now)!.Value, call.Cancel));
        if (outcome.Accepted && await links.FindAsync(id, call.Cancel) is { } made)
            return (made, null);
        return (null, outcome is { Accepted: false } && outcome.Faults[0].Refusal == Refusal.AccountClosed
            ? MerchantFrame.Answer(StatusCodes.Status410Gone, PagesOf(call).Says("closed"))
            : Refuse(call.Http, EdgeFault.Unavailable));
    }

    private async Task<Answer> ChangeContactAsync(Call call, NamedAccount named)
    {
        if (await FormAsync(call.Http) is not { } form)
            return Refuse(call.Http, EdgeFault.BodyBroken);
        string? Typed(string field) => form[field].ToString().Trim() is { Length: > 0 } text ? text : null;
        var (problems, texts) = (new Dictionary<string, string>(), TextsOf(call));
        var contact = ContactReader.Read(
            field => field == ContactReader.Country ? Typed(field)?.ToUpperInvariant() : Typed(field), hasAddress: false,
            (field, _) => problems.TryAdd(field, texts["contact.wrong"]));
        if (problems.Count > 0)
            return await PageAsync(call, named, new ContactTyped(Typed, problems));
        var (customer, known) = (named.Account, named.Contact);
        // The address is the way to this page: who mistypes it would be locked out, and a stranger let in. The merchant changes it.
        contact = contact with
        {
            Email = known.Email,
            Language = CustomerTexts.LanguageOf(known.Language) == contact.Language ? known.Language : contact.Language,
        };
        var outcome = await call.SubmitAsync(new ChangeContact(call.Origin, AccountTarget.Of(customer.Id, customer.Slot), contact));
        if (!outcome.Accepted && outcome.Faults[0].Refusal != Refusal.NothingToChange)
            return Refuse(call.Http, EdgeFault.Unavailable);
        var language = CustomerTexts.LanguageOf(contact.Language);
        return Redirect(
            VisitOf(call), "account.done.saved", language is null ? null : Cookie(VisitOf(call), PageTexts.Cookie, language));
    }

    private async Task<Answer> EndAutopayAsync(Call call, NamedAccount named)
    {
        var customer = named.Account;
        var outcome = await call.SubmitAsync(
            new EndAutopay(call.Origin, AccountTarget.Of(customer.Id, customer.Slot), AutopaySource.Link));
        return outcome.Accepted || outcome.Faults[0].Refusal == Refusal.NothingToChange
            ? Redirect(VisitOf(call), "account.done.autopay") : Refuse(call.Http, EdgeFault.Unavailable);
    }

    /// <summary>Takes a card or a bank account away, and ends its mandate.</summary>
    private async Task<Answer> EndMethodAsync(Call call, NamedAccount named)
    {
        var customer = named.Account;
        if (!Guid.TryParse(call.PathValue(MethodName), out var id))
            return Refuse(call.Http, EdgeFault.PathUnknown);
        var outcome = await call.SubmitAsync(new RemoveInstrument(
            call.Origin, AccountTarget.Of(customer.Id, customer.Slot), new InstrumentId(customer.Id.Merchant, id)));
        return outcome.Accepted || outcome.Faults[0].Refusal == Refusal.InstrumentUnknown
            ? Redirect(VisitOf(call), outcome.Accepted ? "account.done.ended" : "account.done.nothing")
            : Refuse(call.Http, EdgeFault.Unavailable);
    }

    private async Task<Answer> ReceiptAsync(Call call, NamedAccount named)
    {
        var customer = named.Account;
        if (!long.TryParse(call.PathValue(NumberName), out var number)
            || await call.Books.PaymentAsync(customer.Id.Merchant, number, call.Cancel) is not { } view
            || view.Account.Id != customer.Id || !PaperDesk.HasReceipt(view))
        {
            return Refuse(call.Http, EdgeFault.PathUnknown);
        }

        var paper = await papers.ReceiptAsync(view, PaperIssuer.Of(call.Credential.Installation), TextsOf(call).Tag, call.Cancel);
        return Answer.OfFile(paper.Name, Paper.MediaType, paper.Content);
    }

    private async Task<Answer> StatementAsync(Call call, NamedAccount named)
    {
        var customer = named.Account;
        var today = call.Today;
        var (paper, _) = await papers.StatementAsync(
            customer.Id, today.AddMonths(-StatementMonths), today, PaperIssuer.Of(call.Credential.Installation), TextsOf(call).Tag,
            call.Cancel);
        return paper is null ? Refuse(call.Http, EdgeFault.PathUnknown) : Answer.OfFile(paper.Name, Paper.MediaType, paper.Content);
    }

    /// <summary>The fields of a form; null where it is none, or too long.</summary>
    private static async Task<IFormCollection?> FormAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType || http.Request.ContentLength is not <= MostBody)
            return null;
        var options = new FormOptions
        {
            BufferBodyLengthLimit = MostBody,
            KeyLengthLimit = 64,
            ValueLengthLimit = 1024,
            ValueCountLimit = 128,
        };
        try
        {
            return await new FormFeature(http.Request, options).ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private Answer Redirect(AccountVisit visit, string? done = null, string? cookie = null) => new(StatusCodes.Status303SeeOther, null)
    {
        Location = $"{address.Base}{AccountAddress.PathOf(visit.Id)}{(done is null ? "" : $"?{Done}={done}")}",
        Headers = [.. cookie is null ? [] : ((string, string)[])[("Set-Cookie", cookie)], ("Referrer-Policy", "no-referrer")],
    };

    private string Cookie(AccountVisit visit, string name, string value) => Cookie(
        AccountAddress.PathOf(visit.Id), name, value, visit.AskedAt + AccountVisit.OpensFor + AccountVisit.LastsFor);

    // A link in a message is followed from another site, so Strict would lose it.
    private string Cookie(string path, string name, string value, DateTimeOffset? endsAt) =>
        $"{name}={value}; Path={path};{(endsAt is { } end ? $" Expires={end.UtcDateTime:R};" : "")} HttpOnly; SameSite=Lax"
        + (address.Base.StartsWith("https:", StringComparison.Ordinal) ? "; Secure" : "");
}
