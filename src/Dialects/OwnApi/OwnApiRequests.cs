using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OwnApi;

/// <summary>Why something is closed, ended, taken back or made anew.</summary>
internal class ReasonRequest
{
    public string? Reason { get; set; }
}

/// <summary>The parts that requests of several resources share.</summary>
internal static class OwnApiRequests
{
    public const int MostText = 255;
    public const int MostParts = 1000;

    // A correction without a reason helps no auditor.
    public static readonly Member Because = Required("reason", Why);

    /// <summary>The reason of what needs none.</summary>
    public static readonly Member MayBecause = Optional("reason", Why);

    public static readonly Resource<ReasonRequest> Reason = new("ReasonCreate", "Why it is done.", isClosed: true)
    {
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    private static Shape Why => NameText("Why; the audit log keeps it.", OperatorAction.LongestReason, 1);

    /// <summary>An amount as clients send it.</summary>
    public static readonly Resource<Money> Sum = new("Amount", "An amount of money.")
    {
        {
            Required("amount", Like("In major units, exact, such as `12.50`.", "^-?[0-9]+(\\.[0-9]+)?$")),
            money => money.ToText(AmountDecimals.Full)
        },
        { Required("currency", Like("The currency, by ISO 4217.", "^[A-Z]{3}$")), money => money.Currency.Code },
    };

    /// <summary>Reads a body that is one object.</summary>
    public static Reading<T, OwnApiProblem> Read<T>(ReadOnlyMemory<byte> utf8, Func<JsonFields, T> read)
        where T : class => JsonBody.Read<T, OwnApiProblem>(
        utf8, body => body.Object() is { } fields ? read(fields) : null, OwnApiErrors.Of, OwnApiErrors.Of);

    public static Reading<ReasonRequest, OwnApiProblem> ReadReason(ReadOnlyMemory<byte> body) =>
        Read(body, fields => Reason.Read(fields, new ReasonRequest()));

    /// <summary>Refuses a member that has no word of its type.</summary>
    /// <param name="value">The value that was read of it.</param>
    public static void RefuseOther<T>(JsonFields fields, string name, T? value)
        where T : struct, Enum
    {
        if (fields.Has(name) && value is null)
            fields.Refuse(name, FieldProblem.NotInList, $"one of {string.Join(", ", EnumWords.All<T>())}");
    }

    /// <summary>Refuses a client's name for something that has the form of an id.</summary>
    /// <param name="text">The name that was read.</param>
    public static void RefuseIds(JsonFields fields, string name, string? text)
    {
        if (text is not null && Reference.IsLikeId(Reference.House, text))
            fields.Refuse(name, FieldProblem.Malformed, $"a name {Reference.NoIdRule}");
    }

    /// <summary>Reads an amount above zero.</summary>
    public static Money? AmountIn(JsonFields fields) => AmountIn(fields, mayBeBelow: false);

    /// <summary>Reads an amount.</summary>
    /// <param name="mayBeBelow">Whether it can be zero or below.</param>
    public static Money? AmountIn(JsonFields fields, bool mayBeBelow)
    {
        var code = fields.Text("currency", 3, required: true);
        if (code is not null && CurrencyOf(code) is null)
            fields.Refuse("currency", FieldProblem.NotInList, "a currency of ISO 4217 in capitals, such as EUR");
        var amount = CurrencyOf(code) is { } currency ? fields.AmountText("amount", currency, required: true) : null;
        if (amount is { AmountMinor: <= 0 } && !mayBeBelow)
            fields.Refuse("amount", FieldProblem.OutOfRange, "an amount above zero");
        fields.Has("amount");
        fields.RefuseUnknown();
        return amount;
    }

    /// <inheritdoc cref="OneLine.ForPeople"/>
    public static string? Masked(string? text) => text is null ? null : OneLine.ForPeople(text);

    public static Currency? CurrencyOf(string? code) => Currency.TryParse(code, out var currency) ? currency : null;
}
