using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Notices;

/// <summary>A notice ready to be sent: a POST of the body with the three headers of Standard Webhooks.</summary>
/// <param name="Id">Header <c>webhook-id</c>: the same each time that it is sent.</param>
/// <param name="Timestamp">Header <c>webhook-timestamp</c>: seconds since 1970.</param>
/// <param name="Signature">Header <c>webhook-signature</c>.</param>
/// <param name="Url">Where to.</param>
/// <param name="Body">The JSON.</param>
/// <param name="Copies">How many times it is to be sent.</param>
/// <param name="Authorisation">The authorisation that it is about. Notices about the same one are sent in their order.</param>
public sealed record SignedNotice(string Id, long Timestamp, string Signature, Uri Url, string Body, int Copies, Guid Authorisation);

/// <summary>A message to the account's owner.</summary>
internal sealed record Notice(string Id, Guid Authorisation, Uri Url, string Body, DateTimeOffset DueAt)
{
    // A forger does not know the key.
    private static readonly byte[] ForgersKey = Encoding.UTF8.GetBytes("a guess of somebody else's");

    public int Copies { get; init; } = 1;

    public bool IsForged { get; init; }

    public static Notice OfRequest(string account, Uri url, BookedRequest request, DateTimeOffset now) =>
        Of(account, request.Authorisation, url, now, new
        {
            Type = "request.changed",
            request.Id,
            request.Reference,
            request.Verb,
            request.Authorisation,
            request.State,
            request.Reason,
            request.AmountMinor,
            request.Currency,
            At = now.UtcDateTime,
        });

    public static Notice OfDispute(string account, Uri url, BookedDispute dispute, DateTimeOffset now) =>
        Of(account, dispute.Authorisation, url, now, new
        {
            Type = dispute.State switch
            {
                DisputeState.Opened => "dispute.opened",
                DisputeState.Won => "dispute.won",
                DisputeState.Lost => "dispute.lost",
            },
            Dispute = dispute.Id,
            dispute.Kind,
            dispute.Authorisation,
            dispute.AmountMinor,
            dispute.FeeMinor,
            dispute.Currency,
            At = now.UtcDateTime,
        });

    public static Notice OfSettlement(string account, Uri url, BookedRequest capture, long amountMinor, DateTimeOffset now) =>
        Of(account, capture.Authorisation, url, now, new
        {
            Type = "settlement.reported",
            capture.Authorisation,
            AmountMinor = amountMinor,
            capture.Currency,
            At = now.UtcDateTime,
        });

    /// <summary>Signs it as it is sent, so that a new key counts from the moment it is set.</summary>
    public SignedNotice Sign(byte[] key, DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeSeconds();
        var hash = HMACSHA256.HashData(IsForged ? ForgersKey : key, Encoding.UTF8.GetBytes($"{Id}.{timestamp}.{Body}"));
        return new SignedNotice(Id, timestamp, $"v1,{Convert.ToBase64String(hash)}", Url, Body, Copies, Authorisation);
    }

    private static Notice Of<T>(string account, Guid authorisation, Uri url, DateTimeOffset now, T content)
    {
        // No two notices have the same body, so the id is a hash of it: the same run gives the same ids.
        var body = JsonSerializer.Serialize(content, Json.Full);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}.{body}")).AsSpan(0, 16));
        return new Notice($"msg_{id}", authorisation, url, body, now);
    }
}
