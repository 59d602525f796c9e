using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Http.Pages;
using Quittance.Papers;

namespace Quittance.Dialects.Widget;

/// <summary>
/// The requests of the payment widget's frame: to show its session and the merchant's logo, to pay, and to give a payment up. The
/// session's token is the credential, so a customer can do nothing outside of it.
/// </summary>
/// <param name="sessions">The sessions, to read.</param>
/// <param name="links">The payment links of sessions, to read.</param>
/// <param name="receivables">The links' charges, to read.</param>
/// <param name="attempts">The attempts of a session's payment, to read.</param>
/// <param name="autopays">The customers' consents to autopay, to read.</param>
/// <param name="profiles">What customers see of merchants.</param>
/// <param name="vault">Seals what customers enter.</param>
/// <param name="tries">Counts the declined ones.</param>
/// <param name="routing">Chooses the provider that charges what customers enter.</param>
/// <param name="providers">The merchants' providers.</param>
public sealed class WidgetRoutes(
    ISessions sessions, ILinks links, IReceivables receivables, IAttempts attempts, IAutopays autopays, IProfiles profiles,
    IVault vault, CardTries tries, ProviderRouting routing, IProviders providers) : Dialect
{
    private readonly WidgetPages _pages = new(routing, providers);

    /// <summary>The dialect of references to instruments that customers left in the widget.</summary>
    public const string Widget = "widget";

    private const int ChangedRounds = 3;
    private const string SessionItem = "widget session";

    public override string Name => Widget;

    public override IReadOnlyList<string> Paths => ["/widget/session"];

    // A signature is a small picture.
    public override long BodyLimit => 128 * 1024;

    // Of each session. The frame looks once a second while a payment is under way.
    public override RateLimit RateLimit { get; } = new(120, TimeSpan.FromMinutes(1));

    public override void Map(DialectRoutes routes)
    {
        routes.Get("/widget/session", Credential.CustomerScope, ShowAsync);
        // Behind the session's token, since no public address names a merchant.
        routes.Get("/widget/session/logo", Credential.CustomerScope, async call =>
            await profiles.LogoAsync(call.Credential.Merchant, call.Cancel) is { } logo
                ? LogoAnswer.Of(logo, "private, max-age=86400") : Refuse(call.Http, EdgeFault.PathUnknown));
        routes.Post("widget.payment", "/widget/session/payment", Credential.CustomerScope, PayAsync);
        routes.Delete("/widget/session/payment", Credential.CustomerScope, GiveUpAsync);
    }

    public override async ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials)
    {
        if (SessionToken.TryRead(BearerToken.Of(http.Request), SessionToken.UserPrefix) is not { } token
            || await sessions.FindAsync(token.Session, http.RequestAborted) is not { } session
            || await credentials.OfCustomerAsync(session.Id.Merchant, session.Installation, http.RequestAborted) is not { } customer
            || !token.IsGenuine(customer.HashKey.Span))
        {
            return null;
        }

        http.Items[SessionItem] = session;
        return customer with { Subject = session.Id.Value };
    }

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) => WidgetErrors.Of(fault).ToAnswer();

    private static Session SessionOf(Call call) => (Session)call.Http.Items[SessionItem]!;

    private async Task<Answer> ShowAsync(Call call)
    {
        var view = await ViewAsync(call, SessionOf(call), known: null, withOffered: true);
        return new Answer(StatusCodes.Status200OK, json => WidgetResponses.Session(json, view));
    }

    /// <summary>
    /// Gives up the payment that waits for the customer at the bank, or those that keep the customer from paying by a link, and answers
    /// with the session as it stands then. A repeated request gives up nothing more; a payment that the customer has confirmed goes on.
    /// </summary>
    private async Task<Answer> GiveUpAsync(Call call)
    {
        var view = await ViewAsync(call, SessionOf(call), known: null, withOffered: false);
        foreach (var waiting in view.Waiting)
        {
            var outcome = await call.GiveUpAsync(waiting);
            if (!outcome.Accepted && outcome.Faults[0].Refusal != Refusal.PaymentNotPending)
                return WidgetErrors.Of(outcome.Faults[0].Refusal).ToAnswer();
        }

        var session = await sessions.FindAsync(view.Session.Id, call.Cancel) ?? view.Session;
        var now = await ViewAsync(call, session, known: null, withOffered: true);
        // Nothing is in the customer's hands while the provider has no answer.
        return now.Status is "pending" or "claimed" ? WidgetErrors.Of(EdgeFault.TakenOn).ToAnswer()
            : new Answer(StatusCodes.Status200OK, json => WidgetResponses.Session(json, now));
    }

    private async Task<Answer> PayAsync(Call call)
    {
        if (!JsonBody.TryParse(call.Body, out var body, out _))
            return WidgetErrors.Of(EdgeFault.BodyBroken).ToAnswer();
        var session = SessionOf(call);
        var charging = await _pages.ProvidersAsync(call, session);
        WidgetSubmission? submission;
        using (body)
        {
            submission = WidgetRequests.Submission(
                body, call.Today, session.RequiresSignature,
                [.. charging.Where(one => one.Value is IInstrumentPages).Select(one => one.Key)]);
            if (submission is null)
            {
                // Only an object has fields to name.
                return await RepeatedAsync(call, session) ?? (body.Faults is [{ Path: "" }, ..]
                    ? WidgetErrors.Of(EdgeFault.BodyBroken).ToAnswer() : WidgetErrors.Of(body.Faults));
            }
        }

        if (submission.IsEntered)
            return await TakeEnteredAsync(call, session, submission);
        var provider = submission.Choice is { } choice ? charging.GetValueOrDefault(choice) : null;
        return provider is IInstrumentPages pages
            ? await OpenPageAsync(call, session, submission, pages)
            : await SubmitAsync(call, session, submission, await RegisteringAsync(call, session, submission, provider?.Name));
    }

    /// <summary>
    /// The answer to a request that repeats an earlier one; null for a first one. Another provider may charge now, or a card may have
    /// expired since, so that the request itself is wrong by now.
    /// </summary>
    private async Task<Answer?> RepeatedAsync(Call call, Session session)
    {
        if (call.KeyUse() is null)
            return null;
        // The engine accepts nothing without an instrument, but for a request that it knows.
        var outcome = await OutcomeAsync(call, session, new WidgetSubmission(PaymentChoice.CreditCard), registering: null);
        return outcome.Accepted ? await AnsweredAsync(call, session, outcome)
            : outcome.Faults[0].Refusal == Refusal.UnderWay ? await RefusedAsync(call, session, outcome) : null;
    }

    /// <summary>Sends the customer to the provider's page. Nothing is charged there.</summary>
    private async Task<Answer> OpenPageAsync(Call call, Session session, WidgetSubmission submission, IInstrumentPages provider)
    {
        var choice = submission.Choice!.Value;
        var installation = call.Credential.Installation;
        var texts = CustomerTexts.Choose(PageTexts.All, submission.Language, installation.Locale);
        var page = await provider.OpenPageAsync(
            new PageRequest(
                session.Id, WidgetPages.KindOf(choice)!.Value, session.Events, submission.ReturnTo!,
                (submission.Stores && session.MayStore) || submission.AutopayLanguage is not null)
            {
                Language = texts.Tag,
                Note = session.Amount.AmountMinor == 0 ? null
                    : texts.With("page.note", ("merchant", installation.MerchantName), ("amount", texts.Of(session.Amount))),
            },
            call.Cancel);
        if (page is null)
            return WidgetErrors.Of(EdgeFault.Unavailable).ToAnswer();
        var outcome = await call.SubmitAsync(
            new OpenInstrumentPage(call.Origin, session, choice, new SessionPage(provider.Name, page.Reference))
            {
                AutopayLanguage = submission.AutopayLanguage,
                Key = call.KeyUse(within: session.Id.Value),
            });
        if (!outcome.Accepted)
            return await RefusedAsync(call, session, outcome);
        return outcome.Replayed ? await RepeatedAsync(call, session) ?? await AnsweredAsync(call, session, outcome) : SentTo(page.Address);
    }

    private static Answer SentTo(Uri page) => new(StatusCodes.Status200OK, json => WidgetResponses.SentTo(json, page));

    /// <summary>Pays with what the customer entered on the provider's page, or keeps it.</summary>
    private async Task<Answer> TakeEnteredAsync(Call call, Session session, WidgetSubmission submission)
    {
        // Another request has taken it.
        if (session.Page is null && (session.Payment is not null || session.Instrument is not null))
            return await ShownAsync(call, session, known: null);
        var answer = await _pages.FindAsync(call, session);
        return answer.State switch
        {
            PageState.Unknown => WidgetErrors.Of(EdgeFault.Unavailable).ToAnswer(),
            PageState.Open or PageState.Ended => await RepeatedAsync(call, session) ?? WidgetErrors.NotEntered.ToAnswer(),
            PageState.Entered => await SubmitEnteredAsync(answer),
        };

        async Task<Answer> SubmitEnteredAsync(PageAnswer entered)
        {
            var (held, provider) = (entered.Entered!, session.Page!.Provider);
            var choice = Session.ChoiceOf(new Vaulted(provider, held.Shown, held.Mandate));
            var autopay = session.AutopayLanguage;
            // The provider keeps it for autopay too, which stores it only with the consent.
            submission = submission with
            {
                Choice = choice,
                Secret = held,
                Stores = entered.Stores && autopay is null,
                AutopayLanguage = autopay,
            };
            return await SubmitAsync(call, session, submission, await RegisteringAsync(call, session, submission, provider));
        }
    }

    private async Task<Answer> SubmitAsync(Call call, Session session, WidgetSubmission submission, RegisterInstrument? registering)
    {
        var outcome = await OutcomeAsync(call, session, submission, registering);
        return outcome.Accepted || outcome.Faults[0].Refusal == Refusal.SessionSubmitted
            ? await AnsweredAsync(call, session, outcome) : await RefusedAsync(call, session, outcome);
    }

    /// <summary>The result of a request, as it stands.</summary>
    private async Task<Answer> AnsweredAsync(Call call, Session session, Outcome outcome)
    {
        session = await sessions.FindAsync(session.Id, call.Cancel) ?? session;
        // A request that is repeated is about its own payment, though another may have been made in the session since.
        if (outcome.Payment is { } paid)
            session = session with { Payment = paid.Payment.Id };
        var answer = session is { Payment: null, Instrument: null }
            ? OfPage(await _pages.FindAsync(call, session))
            : await ShownAsync(call, session, outcome.Replayed ? null : outcome.Payment);
        return answer with { Replayed = outcome.Replayed };
    }

    private static Answer OfPage(PageAnswer page) => page switch
    {
        { Address: { } address } => SentTo(address),
        { State: PageState.Unknown } => WidgetErrors.Of(EdgeFault.Unavailable).ToAnswer(),
        _ => WidgetErrors.NotEntered.ToAnswer(),
    };

    private async Task<Answer> RefusedAsync(Call call, Session session, Outcome outcome)
    {
        session = await sessions.FindAsync(session.Id, call.Cancel) ?? session;
        return (outcome.Faults[0].Refusal == Refusal.SessionExpired && session.IsTriedOut && !session.IsExpired(call.Now)
            ? WidgetErrors.TriedOut
            : WidgetErrors.Of(outcome.Faults[0].Refusal)).ToAnswer();
    }

    /// <summary>The session's result as it stands.</summary>
    private async Task<Answer> ShownAsync(Call call, Session session, PaymentView? known)
    {
        var view = await ViewAsync(call, session, known, withOffered: false);
        return view.Declined is { } reason
            ? WidgetErrors.Declined(reason).ToAnswer()
            : new Answer(StatusCodes.Status200OK, json => WidgetResponses.Submitted(json, view));
    }

    private async Task<Outcome> OutcomeAsync(Call call, Session session, WidgetSubmission submission, RegisterInstrument? registering)
    {
        using var attempt = registering?.Holding is { } holding ? tries.Begin(session.Id.Merchant, holding.Sealed.Fingerprint) : null;
        for (var round = 1; ; round++)
        {
            var link = session.Scope == SessionScope.Link ? await links.OfSessionAsync(session.Id, call.Cancel) : null;
            var command = new SubmitSession(
                call.Origin, session, submission.Choice ?? PaymentChoice.CreditCard,
                link?.PaymentOf(call.NewId()) ?? new PaymentId(session.Id.Merchant, call.NewId()), Widget)
            {
                Registering = registering is null ? null : registering with { Reached = attempt?.Reached },
                Stored = submission.Stored is { } stored ? new InstrumentId(session.Id.Merchant, stored) : null,
                Provider = submission.Choice == PaymentChoice.Cash ? ClearingProvider.Cash : ClearingProvider.BankTransfer,
                ReturnTo = submission.ReturnTo,
                AutopayLanguage = submission.AutopayLanguage,
                Link = link,
                Key = call.KeyUse(within: session.Id.Value),
            };
            var outcome = await call.SubmitTryAsync(command, attempt, submission.Code);
            if (outcome.Accepted || outcome.Faults[0].Refusal != Refusal.SessionChanged || round == ChangedRounds)
                return outcome;
            session = await sessions.FindAsync(session.Id, call.Cancel) ?? session;
        }
    }

    /// <summary>The customer's input, sealed; null where it is stored already, and for money without an instrument.</summary>
    /// <param name="provider">The provider that charges it; null where none does, which the engine refuses.</param>
    private async Task<RegisterInstrument?> RegisteringAsync(
        Call call, Session session, WidgetSubmission submission, string? provider)
    {
        if (submission.Stored is not null || (submission.Secret is null && !session.IsForInstrument))
            return null;
        var id = new InstrumentId(session.Id.Merchant, call.NewId());
        var secret = submission.Secret;
        var method = submission.Choice switch
        {
            PaymentChoice.CreditCard => PaymentMethod.BankCard,
            PaymentChoice.BankTransfer => PaymentMethod.BankAccountTransfer,
            PaymentChoice.Cash => PaymentMethod.Cash,
            _ => PaymentMethod.BankAccountDebit,
        };
        var sealedSecret = secret is null || provider is null ? null : await vault.SealAsync(id, secret, call.Cancel);
        return new RegisterInstrument(
            call.Origin, session.Target, id, new Core.Reference(session.Id.Merchant, Widget, "instrument", id.Value.ToString("D")),
            method,
            secret?.Masked)
        {
            Holding = sealedSecret is null
                ? null
                : new Holding(new Vaulted(provider!, secret!.Shown, MandateOf(id, submission, call)), sealedSecret),
            Standing = (submission.Stores && session.MayStore) || session.IsForInstrument ? InstrumentStanding.Saved
                : InstrumentStanding.Once,
            IsForAutopay = submission.AutopayLanguage is not null,
        };
    }

    /// <summary>
    /// The mandate that the customer gave on the provider's page; else the one that the customer gives by ticking its box, under a
    /// reference of ours: no two accounts share one, though a session tries several.
    /// </summary>
    private static Mandate? MandateOf(InstrumentId instrument, WidgetSubmission submission, Call call)
    {
        if (submission.Secret is HeldInstrument held)
            return held.Mandate;
        MandateScheme? scheme = submission.Choice switch
        {
            PaymentChoice.Sepa => MandateScheme.Sepa,
            PaymentChoice.Bacs => MandateScheme.Bacs,
            PaymentChoice.SwissDebit => MandateScheme.SwissDebit,
            PaymentChoice.SwissLsv => MandateScheme.SwissLsv,
            _ => null,
        };
        // The last digits of a UUIDv7 are its random ones.
        return scheme is { } known
            ? new Mandate($"Q{instrument.Value.ToString("N")[^17..].ToUpperInvariant()}", known,
                call.Today, MandateStatus.Active)
            {
                Source = MandateSource.Widget,
            }
            : null;
    }

    private async Task<WidgetView> ViewAsync(Call call, Session session, PaymentView? known, bool withOffered)
    {
        var payment = session.Payment is not { } id ? null
            : known?.Payment.Id == id ? known
            : await call.Books.PaymentAsync(id, asOf: null, call.Cancel);
        var authorisation = session.Payment is { } asked
            ? (await attempts.OfPaymentAsync(asked, call.Cancel)).LastOrDefault(attempt => attempt.Verb == Verb.Authorise)
            : null;
        var link = session.Scope == SessionScope.Link && payment?.Payment is not { IsUnderWay: true } and not { Pays: true }
            ? await links.OfSessionAsync(session.Id, call.Cancel) : null;
        // Before the charges: where the payment that claims them comes to its end meanwhile, they are read as it leaves them.
        var claims = link is null ? [] : await attempts.OfClaimantsAsync(link.Charges, call.Cancel);
        var due = link is null ? null : await LinkView.ReadAsync(link, sessions, receivables, call.Books, call.Cancel);
        // A payment comes with its instrument.
        var kept = withOffered || payment is null ? await sessions.KeptInstrumentsAsync(session.Account, call.Cancel) : [];
        var view = new WidgetView(session, call.Credential, call.Now)
        {
            Payment = payment?.Payment,
            Authorisation = authorisation,
            Claims = claims,
            IsSettled = due is { Link.Charges.Count: > 0, Due.AmountMinor: 0 },
            Chosen = payment?.Instrument ?? kept.FirstOrDefault(instrument => instrument.Id == session.Instrument),
            Offered = [.. kept.Where(session.Offers)],
            Profile = withOffered ? await profiles.FindAsync(session.Id.Merchant, call.Cancel) : MerchantProfile.None,
            Charging = withOffered ? await _pages.ProvidersAsync(call, session) : null,
        };
        if (withOffered && view.Status == "open")
            view = await WithAutopayAsync(call, view);
        return view is { Status: "ready", Chosen: { Vaulted.Mandate: not null } debited }
            ? view with { Account = await vault.OpenAsync(debited.Id, call.Cancel) }
            : view;
    }

    /// <summary>Adds the offer of autopay: to customers of merchants who collect what is due, and not to who was never billed.</summary>
    private async Task<WidgetView> WithAutopayAsync(Call call, WidgetView view)
    {
        var session = view.Session;
        if (!session.TakesAutopay || !await autopays.IsOfferedAsync(session.Id.Merchant, call.Cancel)
            || (session.Scope != SessionScope.MemberAccount && !await autopays.IsBilledAsync(session.Account, call.Cancel)))
        {
            return view;
        }

        var stored = session.TakesAutopayWithStored ? view.Offered : [];
        var consents = stored.Count == 0 ? [] : await autopays.OfAccountAsync(session.Account, call.Cancel);
        var chosen = consents is [{ IsInForce: true } last, ..] ? last.Instrument : (InstrumentId?)null;
        return view with
        {
            OffersAutopay = true,
            OffersAutopayWith = [.. stored.Select(instrument => instrument.Id).Where(id => id != chosen)],
        };
    }
}
