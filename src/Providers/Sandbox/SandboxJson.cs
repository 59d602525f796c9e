using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Sandbox;

/// <summary>Reads what the sandbox writes.</summary>
internal static class SandboxJson
{
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body) => StrictJson.TryParse(body, depth: 4);

    /// <summary>An id in the form in which we write ids; null when it is something else.</summary>
    public static Guid? Id(JsonElement parent, string name) =>
        Guid.TryParseExact(StrictJson.Text(parent, name), "D", out var id) ? id : null;

    /// <summary>The sandbox's own id of a request; null where it says none that can be kept.</summary>
    public static string? Reference(JsonElement parent) => ProviderReference.Of(StrictJson.Text(parent, "reference"));

    /// <summary>An amount in minor units of the object's currency, zero or more; null when it is something else.</summary>
    public static Money? Amount(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var minor) && minor is >= 0 and <= Money.MaxAmountMinor
        && Currency.TryParse(StrictJson.Text(parent, "currency"), out var currency)
            ? new Money(minor, currency)
            : null;

    /// <summary>A moment of UTC or with its offset; null when it is something else.</summary>
    public static DateTimeOffset? Time(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
        && member.TryGetDateTime(out var local) && local.Kind != DateTimeKind.Unspecified && member.TryGetDateTimeOffset(out var time)
            ? time
            : null;
}
