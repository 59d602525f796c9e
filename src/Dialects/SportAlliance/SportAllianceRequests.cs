using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.SportAlliance.Messages;

namespace Quittance.Dialects.SportAlliance;

/// <summary>A request for a payment session (Sport Alliance 4.1).</summary>
/// <param name="Amount">The amount to authorise, in the studio's currency; zero to take in an instrument only.</param>
/// <param name="ReferenceText">The text on the customer's bank statement.</param>
public sealed record SessionRequest(Money Amount, SessionScope Scope, string ReferenceText)
{
    /// <summary>The existing customer it is for.</summary>
    public long? Customer { get; init; }

    /// <summary>The person it is for, by the id from an earlier session; never together with <see cref="Customer"/>.</summary>
    public Guid? FinionPayCustomer { get; init; }

    /// <summary>The only methods to offer, each once, as far as there are providers for them here.</summary>
    public IReadOnlyList<PaymentChoice> Choices { get; init; } = [];

    /// <summary>
    /// Whether the request names methods at all; where it does not, all are offered that there are in the studio's currency.
    /// </summary>
    public bool NamesChoices { get; init; }

    /// <summary>Whether a direct debit needs a signature.</summary>
    public bool RequiresSignature { get; init; }

    /// <summary>Whether the customer's stored instruments are offered too.</summary>
    public bool OffersStored { get; init; } = true;
}

/// <summary>A request to book a payment (Sport Alliance 4.2).</summary>
/// <param name="Token">The payment request token.</param>
/// <param name="Amount">How much, above zero, in the studio's currency.</param>
/// <param name="DebtClaims">The debt claims it settles, each once and above zero; may be empty.</param>
public sealed record PaymentRequest(string Token, Money Amount, IReadOnlyList<long> DebtClaims)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"payment of {Amount}";
}

/// <summary>A request to replace a customer's payment instrument (Sport Alliance 4.3).</summary>
/// <param name="Token">The payment request token.</param>
public sealed record InstrumentRequest(string Token)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => "instrument";
}

/// <summary>The slice of a list that a request asks for (Sport Alliance 3.4).</summary>
/// <param name="Size">How many entries at most, 1 to 50.</param>
/// <param name="After">The offset: the id of the last entry that the client has, 0 for none.</param>
public readonly record struct Slice(int Size, long After);

/// <summary>
/// Reads paths, queries and bodies. Each method gives the request, or the first thing that is wrong with it: types first, then the
/// rules, both in the order of the documented fields. Members that are unknown are passed over.
/// </summary>
public static class SportAllianceRequests
{
    /// <summary>The path of the payment request token in a body.</summary>
    public const string Token = "paymentRequestToken";

    /// <summary>The path of the debt claims in a body.</summary>
    public const string DebtClaims = "debtClaimIds";

    /// <summary>The path of a payment's amount without its currency.</summary>
    public const string AmountOfMoney = "amount.amount";

    /// <summary>The path of a payment's currency.</summary>
    public const string CurrencyOfMoney = "amount.currency";

    /// <summary>The most items of a list in a body (Sport Alliance 5.4).</summary>
    public const int MaxItems = 1000;

    /// <summary>The most characters of a token (Sport Alliance 5.4).</summary>
    public const int MaxTokenLength = 512;

    /// <summary>The most characters of a reference text, as many as a SEPA statement shows (Sport Alliance 5.4).</summary>
    public const int MaxReferenceLength = 140;

    /// <summary>The most entries of a slice.</summary>
    public const int MaxSlice = 50;

    /// <summary>The name of the customer's id in paths and bodies.</summary>
    public const string Customer = "customerId";

    private const string FinionPayCustomer = "finionPayCustomerId";
    private const string PermittedChoices = "permittedPaymentChoices";
    private const string SliceSize = "sliceSize";
    private const string Offset = "offset";
    private const int UsualSlice = 10;

    /// <summary>Money has at most two decimals in every currency (Sport Alliance 4.1, 4.2).</summary>
    private const int MaxDecimals = 2;

    private static readonly Dictionary<string, SessionScope> Scopes =
        new() { ["MEMBER_ACCOUNT"] = SessionScope.MemberAccount, ["ECOM"] = SessionScope.Ecom };

    /// <summary>Methods of the API's that no provider here has.</summary>
    internal static readonly string[] WithoutProvider = ["TWINT", "PAYPAL", "BANCONTACT", "IDEAL"];

    private static readonly Dictionary<string, PaymentChoice?> Choices = new(
    [
        .. Enum.GetValues<PaymentChoice>().Select(choice => KeyValuePair.Create<string, PaymentChoice?>(ChoiceWords.Of(choice), choice)),
        .. WithoutProvider.Select(word => KeyValuePair.Create<string, PaymentChoice?>(word, null)),
    ]);

    /// <summary>The customer's id in the path.</summary>
    public static Reading<long, SportAllianceError> CustomerIn(string path) =>
        long.TryParse(path, System.Globalization.NumberStyles.None, null, out var id) && id > 0
        ? id
        : SportAllianceErrors.NotWithin(Customer, 1, long.MaxValue);

    /// <summary>The slice that a query asks for.</summary>
    public static Reading<Slice, SportAllianceError> SliceIn(IQueryCollection query)
    {
        var size = UsualSlice;
        if (query.TryGetValue(SliceSize, out var sent)
            && !(sent is [{ } number] && TryNumber(number, out size) && size is >= 1 and <= MaxSlice))
        {
            return SportAllianceErrors.NotWithin(SliceSize, 1, MaxSlice);
        }

        long after = 0;
        if (query.TryGetValue(Offset, out sent)
            && !(sent is [{ } last] && long.TryParse(last, System.Globalization.NumberStyles.None, null, out after)))
        {
            return SportAllianceError.Invalid(Offset, Message.OffsetInvalid);
        }

        return new Slice(size, after);
    }

    /// <summary>A request for a payment session.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="studio">The studio's currency.</param>
    public static Reading<SessionRequest, SportAllianceError> Session(ReadOnlyMemory<byte> utf8, Currency studio) =>
        Read<SessionRequest>(utf8, fields =>
    {
        var number = fields.Number("amount", required: true);
        var scope = fields.Text("scope", int.MaxValue, required: true);
        var text = fields.Text("referenceText", int.MaxValue, required: true);
        var customer = fields.Integer(Customer, 1, long.MaxValue);
        var person = fields.Text(FinionPayCustomer, int.MaxValue);
        var choices = fields.Array(PermittedChoices, MaxItems)?.Texts(int.MaxValue).ToList() ?? [];
        var signs = fields.Boolean("requireDirectDebitSignature");
        var offersStored = fields.Boolean("showExistingPaymentInstruments");
        return () =>
        {
            if (FaultOf("amount", number!.Value, studio, allowsZero: true, out var amount) is { } fault)
                return fault;
            if (!Scopes.TryGetValue(scope!, out var known))
                return NoneOf("scope", Scopes.Keys);
            if (FaultOf("referenceText", text!, MaxReferenceLength) is { } unfit)
                return unfit;
            if (FaultOf(person, customer, out var finionPay) is { } unclear)
                return unclear;
            if (FaultOf(choices, out var permitted) is { } wrong)
                return wrong;
            return new SessionRequest(amount, known, text!)
            {
                Customer = customer,
                FinionPayCustomer = finionPay,
                Choices = permitted,
                NamesChoices = choices.Count > 0,
                RequiresSignature = signs ?? false,
                OffersStored = offersStored ?? true,
            };
        };
    });

    /// <summary>A request to book a payment.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="studio">The studio's currency.</param>
    public static Reading<PaymentRequest, SportAllianceError> Payment(ReadOnlyMemory<byte> utf8, Currency studio) =>
        Read<PaymentRequest>(utf8, fields =>
    {
        var token = fields.Text(Token, int.MaxValue, required: true);
        var money = fields.Object("amount", required: true);
        var number = money?.Number("amount", required: true);
        var currency = money?.Text("currency", int.MaxValue, required: true);
        var claims = fields.Array(DebtClaims, MaxItems)?.Integers(1, long.MaxValue).ToList() ?? [];
        return () =>
        {
            if (FaultOf(Token, token!, MaxTokenLength) is { } unfit)
                return unfit;
            if (FaultOf(AmountOfMoney, number!.Value, studio, allowsZero: false, out var amount) is { } fault)
                return fault;
            if (currency != studio.Code)
                return SportAllianceError.Invalid(CurrencyOfMoney, Message.CurrencyMismatch, MessageArgument.Of(studio.Code));
            var met = new HashSet<long>();
            foreach (var (index, claim) in claims)
            {
                if (!met.Add(claim))
                    return SportAllianceError.Invalid($"{DebtClaims}.{index}", Message.ValueDuplicate);
            }

            return new PaymentRequest(token!, amount, [.. claims.Select(claim => claim.Value)]);
        };
    });

    /// <summary>A request to replace a payment instrument.</summary>
    public static Reading<InstrumentRequest, SportAllianceError> Instrument(ReadOnlyMemory<byte> utf8) =>
        Read<InstrumentRequest>(utf8, fields =>
    {
        var token = fields.Text(Token, int.MaxValue, required: true);
        return () => FaultOf(Token, token!, MaxTokenLength) is { } unfit ? unfit : new InstrumentRequest(token!);
    });

    /// <summary>Reads a body: first the members and their types, and only where all are right the rules.</summary>
    private static Reading<T, SportAllianceError> Read<T>(
        ReadOnlyMemory<byte> utf8, Func<JsonFields, Func<Reading<T, SportAllianceError>>> readFields)
        where T : notnull
    {
        var check = JsonBody.Read(
            utf8, body => body.Object() is { } fields ? readFields(fields) : null, SportAllianceErrors.Of, faults =>
                SportAllianceErrors.Of(faults[0]));
        return check.Error is { } error ? error : check.Value();
    }

    private static SportAllianceError? FaultOf(string reference, DecimalNumber number, Currency currency, bool allowsZero, out Money amount)
    {
        amount = default;
        if (number.Sign < 0 || (number.Sign == 0 && !allowsZero))
            return SportAllianceError.Invalid(reference, allowsZero ? Message.AmountNegative : Message.AmountNotPositive);
        var decimals = Math.Min(MaxDecimals, currency.MinorUnits);
        var fault = number.TryToMinor(decimals, out var amountMinor);
        if (fault == AmountFault.None)
            fault = number.TryToMinor(currency, out amountMinor);
        amount = new Money(amountMinor, currency);
        return fault switch
        {
            AmountFault.None => null,
            AmountFault.TooManyDecimals => SportAllianceError.Invalid(reference, Message.AmountTooPrecise, MessageArgument.Of(decimals)),
            AmountFault.TooLarge => SportAllianceError.Invalid(
                reference, Message.AmountTooLarge, MessageArgument.Of(new Money(Money.MaxAmountMinor, currency))),
        };
    }

    private static SportAllianceError? FaultOf(string reference, string text, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
            return SportAllianceError.Invalid(reference, Message.TextBlank);
        return text.Length > maxLength && text.EnumerateRunes().Count() > maxLength
            ? SportAllianceError.Invalid(reference, Message.TextTooLong, MessageArgument.Of(maxLength))
            : null;
    }

    private static SportAllianceError? FaultOf(string? person, long? customer, out Guid? id)
    {
        id = Guid.TryParseExact(person, "D", out var read) ? read : null;
        if (person is not null && id is null)
            return SportAllianceError.Invalid(FinionPayCustomer, Message.UuidInvalid);
        return id is not null && customer is not null
            ? SportAllianceError.Invalid(FinionPayCustomer, Message.CustomerGivenTwice)
            : null;
    }

    private static SportAllianceError? FaultOf(List<string> names, out List<PaymentChoice> choices)
    {
        choices = [];
        for (var i = 0; i < names.Count; i++)
        {
            if (!Choices.TryGetValue(names[i], out var choice))
                return NoneOf($"{PermittedChoices}.{i}", Choices.Keys);
            if (names.IndexOf(names[i]) < i)
                return SportAllianceError.Invalid($"{PermittedChoices}.{i}", Message.ValueDuplicate);
            if (choice is { } offered)
                choices.Add(offered);
        }

        return null;
    }

    private static SportAllianceError NoneOf(string reference, IEnumerable<string> choices) =>
        SportAllianceError.Invalid(reference, Message.ValueNotAllowed, MessageArgument.Of(string.Join(", ", choices)));

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out number);
}
