using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Sessions;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.SportAlliance.Messages;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.SportAlliance;

/// <summary>A payment session that was opened, with its token.</summary>
internal sealed record OpenedSession(Session Session, string Token);

/// <summary>An error, the language that the request prefers, and the id of the request.</summary>
internal sealed record ShownError(SportAllianceError Error, MessageLanguage Language, Guid Trace)
{
    /// <summary>The values inside its text; null where it has none, and no value of the request is to blame.</summary>
    public IReadOnlyList<MessageArgument>? Arguments => Error.Reference is not null || Error.Arguments.Count > 0 ? Error.Arguments : null;
}

/// <summary>The answers of the operations that read, and of the one that opens a session (Sport Alliance 3.4 to 3.6, 4.1).</summary>
internal static class SportAllianceResponses
{
    public static readonly Resource<Money> Money = new("Money", "An amount of money.")
    {
        { Required("amount", Amount("How much, in the major unit and exact.")), money => money },
        { Required("currency", Text("The currency, by ISO 4217.", 3, 3)), money => money.Currency.Code },
    };

    private static readonly Shape Argument = Either("A value that the message says.", Text("A word."), Whole("A number."), Money);

    private static readonly Resource<MessageArgument> TypedArgument = new(null, "A value with its type.")
    {
        { Required("value", Argument), argument => argument.WriteValue },
        { Required("type", Word("The type.", "INTEGER", "STRING", "MONEY", "TIMESTAMP")), argument => argument.Type },
    };

    /// <summary>An error in the language of the request (Sport Alliance 3.3).</summary>
    public static readonly Resource<ShownError> Error = new("Error", "What is wrong, in the language that the request wants.")
    {
        { Required("errorMessage", Text("What is wrong, for people.")),
            shown => shown.Language.Format(shown.Error.Message, shown.Error.Arguments) },
        { Required("errorCode", Like("What is wrong, for programs.", @"^errormessage\.[a-z.]+$")), shown => shown.Error.Code },
        { Required("traceId", Text("The id of the request.")), shown => shown.Trace.ToString("N") },
        { Optional("reference", Text("The path of the offending input, such as `debtClaimIds.1`.")), shown => shown.Error.Reference },
        { Optional("args", List(Argument, "The values in the message.")), shown => shown.Arguments is { } all ? json => Write(json, all)
            : null },
        { Optional("typedArgs", List(TypedArgument, "The values in the message, with their types.")), TypedArgument,
            shown => shown.Arguments },
    };

    /// <summary>A session that was opened: its token, until when it is good, and the one id that its customer keeps.</summary>
    public static readonly Resource<OpenedSession> Session = new("PaymentSession", "A session in which a customer pays by the widget.")
    {
        { Required("token", Text("The token for the widget.")), opened => opened.Token },
        { Required("tokenValidUntil", Moment("Until when it is good.")),
            opened => opened.Session.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'") },
        { Required("finionPayCustomerId", Uuid("The customer's id in sessions, the same in each.")),
            opened => opened.Session.Account.Value },
    };

    /// <summary>How an account stands.</summary>
    public static readonly Resource<AccountStanding> Balances = new("AccountBalances", "How an account stands.")
    {
        { Required("accountBalance", Money, "What the customer owes, below zero, or has."), Money, standing => standing.Balance },
        { Required("consumptionCredit", Money, "The credit that is only for consumption."), Money, standing => standing.ConsumptionCredit },
        {
            Optional("dunningLevel", Text("The last level of dunning.")),
            standing => standing.DunningLevel > 0 ? $"Dunning Level {standing.DunningLevel}" : null
        },
        { Required("inDebtCollection", Flag("Whether an agency collects the debt.")), standing => standing.IsWithAgency },
    };

    private static readonly Resource<ListedCharge> Entry = new("AccountTransaction", "An entry of an account.")
    {
        { Required("id", Whole("Its id.", 1)), charge => charge.Number },
        { Required("dueDate", Day("When it is due.")), charge => charge.DueOn.ToString("yyyy-MM-dd") },
        { Optional("description", Text("What it is for.")), charge => charge.Description },
        { Required("amount", Money, "How much it is."), Money, charge => charge.Amount },
        { Required("openAmount", Money, "How much of it is open."), Money, charge => charge.Open },
        { Required("installmentPlan", Flag("Whether it is part of a plan of instalments.")), _ => false },
    };

    /// <summary>A slice of a list of charges. An empty one gives the offset of the request back.</summary>
    public static readonly Resource<(ChargeSlice Slice, long After)> Transactions =
        new("AccountTransactionSlice", "A slice of the entries.")
    {
        { Required("result", List(Entry, "The entries.")), Entry, shown => shown.Slice.Charges },
        { Required("offset", Like("The offset of the next slice.", "^[0-9]+$")),
            shown => $"{(shown.Slice.Charges is [.., var last] ? last.Number : shown.After)}" },
        { Required("hasNext", Flag("Whether there is a next slice.")), shown => shown.Slice.HasNext },
    };

    private static void Write(Utf8JsonWriter json, IReadOnlyList<MessageArgument> arguments)
    {
        json.WriteStartArray();
        foreach (var argument in arguments)
            argument.WriteValue(json);
        json.WriteEndArray();
    }
}
