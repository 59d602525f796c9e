using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.SportAlliance;

/// <summary>Writes what the operations that read answer (Sport Alliance 3.4 to 3.6).</summary>
public static class SportAllianceResponses
{
    /// <summary>An amount with its currency.</summary>
    public static void WriteMoney(Utf8JsonWriter json, Money money)
    {
        json.WriteStartObject();
        json.WriteAmount("amount"u8, money);
        json.WriteString("currency"u8, money.Currency.Code);
        json.WriteEndObject();
    }

    /// <summary>How an account stands. No debt is ever handed to an agency here.</summary>
    public static void Balances(Utf8JsonWriter json, AccountStanding standing)
    {
        json.WriteStartObject();
        json.WritePropertyName("accountBalance"u8);
        WriteMoney(json, standing.Balance);
        json.WritePropertyName("consumptionCredit"u8);
        WriteMoney(json, standing.ConsumptionCredit);
        json.WriteBoolean("inDebtCollection"u8, false);
        json.WriteEndObject();
    }

    /// <summary>A slice of a list.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="slice">The charges, which are its entries.</param>
    /// <param name="after">The offset of the request, which an empty slice gives back.</param>
    public static void Transactions(Utf8JsonWriter json, ChargeSlice slice, long after)
    {
        json.WriteStartObject();
        json.WriteStartArray("result"u8);
        foreach (var charge in slice.Charges)
            WriteEntry(json, charge);
        json.WriteEndArray();
        json.WriteString("offset"u8, $"{(slice.Charges is [.., var last] ? last.Number : after)}");
        json.WriteBoolean("hasNext"u8, slice.HasNext);
        json.WriteEndObject();
    }

    /// <summary>A session that was opened (Sport Alliance 4.1): its token, until when it is good, and the one id that its customer keeps.</summary>
    public static void Session(Utf8JsonWriter json, Session session, string token)
    {
        json.WriteStartObject();
        json.WriteString("token"u8, token);
        json.WriteString("tokenValidUntil"u8, session.ExpiresAt.UtcDateTime);
        json.WriteString("finionPayCustomerId"u8, session.Account.Value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, ListedCharge charge)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, charge.Number);
        json.WriteString("dueDate"u8, charge.DueOn.ToString("yyyy-MM-dd"));
        if (charge.Description is not null)
            json.WriteString("description"u8, charge.Description);
        json.WritePropertyName("amount"u8);
        WriteMoney(json, charge.Amount);
        json.WritePropertyName("openAmount"u8);
        WriteMoney(json, charge.Open);
        json.WriteBoolean("installmentPlan"u8, false);
        json.WriteEndObject();
    }
}
