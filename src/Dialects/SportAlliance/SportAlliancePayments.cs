using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.SportAlliance;

/// <summary>
/// Sport Alliance's three operations that write: opening a session, booking what was paid in it, and taking its instrument over.
/// </summary>
/// <param name="sessions">The sessions, to read.</param>
/// <param name="sessionLifetime">How long one lasts.</param>
internal sealed class SportAlliancePayments(ISessions sessions, ProviderRouting routing, TimeSpan sessionLifetime)
{
    private static readonly PaymentChoice[] All = Enum.GetValues<PaymentChoice>();

    /// <summary>Opens a payment session (Sport Alliance 4.1).</summary>
    public async Task<Answer> OpenAsync(Call call)
    {
        var studio = call.Credential.Installation;
        if (!SportAllianceRequests.Session(call.Body, studio.Currency).TryGet(out var request, out var error))
            return error.ToAnswer(call.Http);
        PaymentChoice[] choices =
        [
            // The studio has to permit promises by name (Sport Alliance 5.4).
            .. All.Where(choice => choice.IsOffered(studio.Currency)
                && (request.NamesChoices ? request.Choices.Contains(choice) : choice.IsCollected())),
        ];
        if (choices.Length == 0)
            return SportAllianceErrors.NoPaymentChoice.ToAnswer(call.Http);

        var merchant = call.Credential.Merchant;
        var person = request.Customer is null && request.FinionPayCustomer is null ? call.NewId() : request.FinionPayCustomer;
        var account = request.Customer is { } customer
            ? AccountTarget.Named(CustomerName(merchant, customer))
            : AccountTarget.Named(PersonName(merchant, person!.Value), Reference.ToAccountId(merchant, person.Value));
        var command = new OpenSession(
            call.Origin, account, new SessionId(merchant, call.NewId()), studio.Id, request.Scope, request.Amount, request.ReferenceText,
            choices, sessionLifetime)
        {
            // A customer we do not know yet gets the account id that the answer returns.
            Opening = request.Customer is null && request.FinionPayCustomer is null
                ? new OpenAccount(
                    call.Origin, new AccountId(merchant, person!.Value), [PersonName(merchant, person.Value)], studio.Currency, null)
                : null,
            RequiresSignature = request.RequiresSignature,
            ShowsInstruments = request.OffersStored,
            IsUnsayable = request.Amount.AmountMinor > 0 && choices.All(choice => choice.IsCollected())
                && await routing.CanNoneSayAsync(merchant, request.Amount, call.Cancel),
            Key = call.KeyUse(),
        };
        var outcome = await call.SubmitAsync(command);
        if (!outcome.Accepted)
            return SportAllianceErrors.Of(outcome.Faults[0], studio.Currency).ToAnswer(call.Http);

        var session = await sessions.FindAsync(new SessionId(merchant, outcome.Subject), call.Cancel)
            ?? throw new InvalidOperationException("A session that was opened is not in the books.");
        var token = SessionToken.ForUser(session.Id, call.Credential.HashKey.Span);
        return new Answer(StatusCodes.Status200OK,
            json => SportAllianceResponses.Session.Write(json, new OpenedSession(session, token)))
        { Replayed = outcome.Replayed };
    }

    /// <summary>Books what was paid in a session (Sport Alliance 4.2).</summary>
    public async Task<Answer> BookAsync(Call call)
    {
        var studio = call.Credential.Installation;
        var customer = SportAllianceRequests.CustomerIn(call.PathValue(SportAllianceRequests.Customer));
        var reading = SportAllianceRequests.Payment(call.Body, studio.Currency);
        if ((customer.Error ?? reading.Error) is { } error)
            return error.ToAnswer(call.Http);
        var request = reading.Value;
        var merchant = call.Credential.Merchant;
        var (outcome, session) = await UseAsync(call, request.Token, customer.Value, found => new BookSession(
            call.Origin, AccountTarget.Named(CustomerName(merchant, customer.Value)), found, request.Amount,
            [.. request.DebtClaims.Select(claim => NamesOf(merchant, claim))],
            new PaymentId(merchant, call.NewId()), SportAllianceNames.Dialect)
        {
            // Sport Alliance 5.6.
            LeavesDebtToAgency = true,
        });
        if (outcome.Accepted)
            return BookedAnswer(await call.PaymentAsync(outcome), outcome, call);
        // Sport Alliance 5.10: the booking client gets 500 while the outcome is unknown; other requests meanwhile get 409.
        return outcome.Attempt is { } begun
            ? SportAllianceErrors.Of(EdgeFault.Internal).ToAnswer(call.Http) with { Payment = begun.Payment.Value }
            : TokenError(outcome.Faults[0], session, isForInstrument: false, call);
    }

    /// <summary>Takes the instrument of a session over (Sport Alliance 4.3).</summary>
    public async Task<Answer> ReplaceAsync(Call call)
    {
        var customer = SportAllianceRequests.CustomerIn(call.PathValue(SportAllianceRequests.Customer));
        var reading = SportAllianceRequests.Instrument(call.Body);
        if ((customer.Error ?? reading.Error) is { } error)
            return error.ToAnswer(call.Http);
        var (outcome, session) = await UseAsync(call, reading.Value.Token, customer.Value, found => new TakeInstrument(
            call.Origin, AccountTarget.Named(CustomerName(call.Credential.Merchant, customer.Value)), found));
        return outcome.Accepted
            ? new Answer(StatusCodes.Status200OK, null) { Replayed = outcome.Replayed }
            : TokenError(outcome.Faults[0], session, isForInstrument: true, call);
    }

    /// <summary>An entry has the id of its debt claim, else the number of its charge (Sport Alliance 5.6).</summary>
    private static IReadOnlyList<Reference> NamesOf(MerchantId merchant, long claim) =>
    [
        new Reference(merchant, SportAllianceNames.Dialect, SportAllianceNames.DebtClaim, $"{claim}"),
        Reference.ToChargeNumber(merchant, claim),
    ];

    private static Reference CustomerName(MerchantId merchant, long customer) =>
        new(merchant, SportAllianceNames.Dialect, SportAllianceNames.Customer, $"{customer}");

    private static Reference PersonName(MerchantId merchant, Guid person) =>
        new(merchant, SportAllianceNames.Dialect, SportAllianceNames.Person, person.ToString("D"));

    /// <summary>
    /// Uses a session up. An unknown customer counts before what the token is (Sport Alliance 5.1).
    /// </summary>
    private async Task<(Outcome Outcome, Session? Session)> UseAsync(
        Call call, string text, long customer, Func<Session, SessionCommand> commandFor)
    {
        var used = await sessions.UseAsync(call, text, commandFor);
        return used.Session is null
            && await call.Books.AccountAsync(CustomerName(call.Credential.Merchant, customer), call.Cancel) is null
            ? (Outcome.Refused(Refusal.AccountUnknown), null) : used;
    }

    /// <summary>
    /// The answer to a booking (Sport Alliance 5.10). Money that takes days to come, or that the customer only promises, is booked all the
    /// same.
    /// </summary>
    private static Answer BookedAnswer(PaymentView view, Outcome outcome, Call call)
    {
        var payment = view.Payment;
        var answer = payment.Status switch
        {
            PaymentStatus.Captured or PaymentStatus.Settling or PaymentStatus.Authorised => new Answer(StatusCodes.Status200OK, null)
            {
                Headers = ChoiceOf(view) is { } choice ? [(SportAllianceNames.PaymentMethod, ChoiceWords.Of(choice))] : [],
            },
            PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => SportAllianceErrors.Declined.ToAnswer(call.Http),
            PaymentStatus.Pending or PaymentStatus.Unknown =>
                throw new InvalidOperationException("A booking was answered before its outcome was known."),
        };
        return answer with { Payment = payment.Id.Value, Replayed = outcome.Replayed };
    }

    /// <summary>
    /// The way in which the customer pays, the same whenever it is asked: an erased account keeps the schemes of its instruments and their
    /// mandates. Null where the API has no word for it.
    /// </summary>
    private static PaymentChoice? ChoiceOf(PaymentView view) => view switch
    {
        { Instrument.Vaulted: { } vaulted } => Session.ChoiceOf(vaulted),
        { Payment.Method: PaymentMethod.BankCard } => PaymentChoice.CreditCard,
        { Payment.Method: PaymentMethod.BankAccountTransfer } => PaymentChoice.BankTransfer,
        { Payment.Method: PaymentMethod.Cash } => PaymentChoice.Cash,
        _ => null,
    };

    private static Answer TokenError(Fault fault, Session? session, bool isForInstrument, Call call)
    {
        var studio = call.Credential.Installation;
        var error = fault.Refusal switch
        {
            Refusal.SessionExpired => SportAllianceErrors.TokenExpired(session!.ExpiresAt, studio),
            Refusal.SessionAmountMismatch => SportAllianceErrors.AmountDiffers(session!.Amount),
            Refusal.SessionOfOtherKind => isForInstrument ? SportAllianceErrors.TokenWithAmount : SportAllianceErrors.TokenWithoutAmount,
            _ => SportAllianceErrors.Of(fault, studio.Currency),
        };
        return error.ToAnswer(call.Http);
    }
}
