using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.OwnApi.Instruments;
using Quittance.Dialects.OwnApi.Payments;

namespace Quittance.Dialects.OwnApi.Sessions;

/// <summary>Sessions of the payment widget: opening them, and booking the payment or taking the instrument of one.</summary>
/// <param name="lifetime">How long one lasts.</param>
internal sealed class OwnApiSessions(
    PublicAddress address, IReceivables receivables, ISessions sessions, ProviderRouting routing, TimeSpan lifetime)
{
    private const string Path = $"{OwnApiRoutes.Mount}/sessions";

    public void Map(DialectRoutes routes)
    {
        routes.Post("session.open", Path, OwnApiRoutes.PayScope, OpenAsync, needsKey: true).WithMetadata(SessionShapes.Open);
        routes.Get($"{Path}/{{{OwnApiRoutes.Id}}}", OwnApiRoutes.ReadScope, FindAsync).WithMetadata(SessionShapes.Find);
        routes.Post("session.book", $"{Path}/book", OwnApiRoutes.PayScope, BookAsync, needsKey: true).WithMetadata(SessionShapes.Book);
        routes.Post("session.take", $"{Path}/take", OwnApiRoutes.PayScope, TakeAsync, needsKey: true).WithMetadata(SessionShapes.Take);
    }

    private async Task<Answer> OpenAsync(Call call)
    {
        if (!SessionShapes.ReadSession(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var (merchant, installation) = (call.Credential.Merchant, call.Credential.Installation);
        var names = OwnApiNames.AccountNames(merchant, asked.Account!);
        if (await receivables.FirstAsync(names, call.Cancel) is not { } account
            || await receivables.AccountAsync(new AccountId(merchant, account), OwnApiNames.Dialect, call.Cancel) is not { } named)
        {
            return OwnApiErrors.Of(Refusal.AccountUnknown, "/account").ToAnswer(address);
        }

        var currency = named.Account.Currency;
        PaymentChoice[] choices =
        [
            .. Enum.GetValues<PaymentChoice>().Where(choice => choice.IsOffered(currency)
                && (asked.Choices?.Contains(EnumWords.Of(choice)) ?? choice.IsCollected())),
        ];
        if (choices.Length == 0)
        {
            return OwnApiErrors.OfInput([InputFault.At("/choices", $"must have a way to pay in {currency.Code}")]).ToAnswer(address);
        }

        var outcome = await call.SubmitAsync(new OpenSession(
            call.Origin, AccountTarget.Named(names), new SessionId(merchant, call.NewId()), installation.Id,
            asked.Amount is null ? SessionScope.MemberAccount : SessionScope.Ecom, asked.Amount ?? new Money(0, currency), asked.Text!,
            choices, lifetime)
        {
            ShowsInstruments = asked.OffersStored,
            IsUnsayable = asked.Amount is { } amount && choices.All(choice => choice.IsCollected())
                && await routing.CanNoneSayAsync(merchant, amount, call.Cancel),
            Key = call.KeyUse(),
        });
        if (!outcome.Accepted)
        {
            var refusal = outcome.Faults[0].Refusal;
            return OwnApiErrors.Of(refusal, refusal switch
            {
                Refusal.CurrencyMismatch => "/amount/currency",
                Refusal.AmountUnsayable => "/amount",
                _ => "/account",
            }).ToAnswer(address);
        }

        var session = outcome.Changes?.Of<Session>().Single() ?? await KnownAsync(call, outcome.Subject)
            ?? throw new InvalidOperationException("A session that was opened is not in the books.");
        // A repeated request gets its first answer: the session as it was opened.
        var opened = session with { Status = SessionStatus.Open, Payment = null, Instrument = null };
        return SessionShapes.Shown.ToAnswer(
            new ShownSession(opened, IsOver: false, SessionToken.ForUser(session.Id, call.Credential.HashKey.Span)),
            StatusCodes.Status201Created) with
        {
            Location = $"{address.Base}{Path}/{session.Id.Value:D}",
            Replayed = outcome.Replayed,
        };
    }

    private async Task<Answer> FindAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        && await KnownAsync(call, id) is { } session
            ? SessionShapes.Shown.ToAnswer(new ShownSession(session, session.IsExpired(call.Now)))
            : OwnApiErrors.NoSuch("session").ToAnswer(address);

    private async Task<Answer> BookAsync(Call call)
    {
        if (!SessionShapes.ReadBooking(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var merchant = call.Credential.Merchant;
        var (outcome, _) = await sessions.UseAsync(call, asked.Token!, session => new BookSession(
            call.Origin, session.Target, session, session.Amount,
            [.. asked.Charges.Select(charge => OwnApiNames.ChargeNames(merchant, charge))], new PaymentId(merchant, call.NewId()),
            OwnApiNames.Dialect));
        if (!outcome.Accepted)
        {
            return Refused(outcome.Faults[0], fault => fault.Part >= 0 ? $"/charges/{fault.Part}"
                : fault.Refusal == Refusal.PartsExceedPayment ? "/charges" : "/token");
        }

        var view = await call.PaymentAsync(outcome);
        return PaymentShapes.Payment.ToAnswer(view, StatusCodes.Status201Created) with
        {
            Payment = view.Payment.Id.Value,
            Replayed = outcome.Replayed,
        };
    }

    private async Task<Answer> TakeAsync(Call call)
    {
        if (!SessionShapes.ReadTaking(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        var (outcome, session) = await sessions.UseAsync(
            call, asked.Token!, found => new TakeInstrument(call.Origin, found.Target, found));
        if (!outcome.Accepted)
            return Refused(outcome.Faults[0], _ => "/token");
        var instrument = await receivables.InstrumentAsync(session!.Instrument!.Value, call.Cancel)
            ?? throw new InvalidOperationException("The instrument of a session is not in the books.");
        // A repeated request gets its first answer, also where the instrument was replaced or removed since.
        return InstrumentShapes.Instrument.ToAnswer(instrument with { Standing = InstrumentStanding.Current }) with
        {
            Replayed = outcome.Replayed,
        };
    }

    private Answer Refused(Fault fault, Func<Fault, string> pointerOf) =>
        OwnApiErrors.Of(fault.Refusal, pointerOf(fault)).ToAnswer(address);

    private async Task<Session?> KnownAsync(Call call, Guid id) =>
        await sessions.FindAsync(new SessionId(call.Credential.Merchant, id), call.Cancel) is { } session
        && session.Installation == call.Credential.Installation.Id ? session : null;
}
