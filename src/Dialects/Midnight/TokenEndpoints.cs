using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// Where clients get Midnight tokens (Midnight 2): a client is <c>UserName@DomainName</c>, and its tokens are those of the authorisation
/// server. Unknown domain, unknown user and wrong password give the same answer.
/// </summary>
internal sealed class TokenEndpoints(IClients clients, IAuthorisations authorisations, Dialect dialect)
{
    private const long BodyLimit = 16 * 1024;
    private const int MaxLength = 1024;

    /// <summary>Tokens as answers show them.</summary>
    public static readonly Resource<IssuedTokens> Tokens = new("Tokens", "Tokens that were issued.")
    {
        { Required("access_token", Text("The Midnight token, for the header Authorization.")), tokens => tokens.AccessToken },
        { Required("refresh_token", Text("Goes with it to get the next pair, once.")), tokens => tokens.RefreshToken },
        { Required("token_type", Word("How it is sent.", "Midnight")), _ => "Midnight" },
        { Required("expires_in", Whole("How long it is good, in seconds.", 1)), tokens => (long)tokens.Lifetime.TotalSeconds },
    };

    /// <summary><c>POST v1/Token/UserAuthentication</c>.</summary>
    public Task AuthenticateAsync(HttpContext http) => AnswerAsync(http, fields => new Proof(
        fields.Text("DomainName", MaxLength, isRequired: true), fields.Text("UserName", MaxLength, isRequired: true),
        fields.Text("Password", MaxLength, isRequired: true), IsPlain(fields)), IssueAsync);

    /// <summary><c>POST v1/Token/RegenerateAuthToken</c>: the pair must belong together, and ends with it.</summary>
    public Task RegenerateAsync(HttpContext http) => AnswerAsync(http, fields => new Pair(
        fields.Text("AuthToken", MaxLength, isRequired: true), fields.Text("RefreshToken", MaxLength, isRequired: true)), RegenerateAsync);

    private static bool IsPlain(MidnightFields fields)
    {
        var isEncrypted = fields.Flag("IsPasswordEncrypted", isRequired: true);
        // Midnight 5: each installation would have to agree on a scheme, and none has.
        if (isEncrypted == true)
            fields.Add("IsPasswordEncrypted", "Must be false: send the password itself, over TLS.");
        return isEncrypted == false;
    }

    private async Task<IssuedTokens?> IssueAsync(Proof proof, CancellationToken cancel) =>
        await clients.FindAsync($"{proof.UserName}@{proof.DomainName}", proof.Password!, cancel) is { } client
            && client.Credential.Installation.Dialect == dialect.Name
                ? await authorisations.IssueAsync(client, client.Credential.Scopes, cancel, isRefreshable: true)
                : null;

    private async Task<IssuedTokens?> RegenerateAsync(Pair pair, CancellationToken cancel)
    {
        if (await authorisations.ClientOfAsync(dialect.Name, pair.AuthToken!, pair.RefreshToken!, cancel) is not { } client)
            return null;
        // The old one ends first: should the new one get lost, an ended one still goes with its refresh token.
        await authorisations.RevokeAsync(client, pair.AuthToken!, cancel);
        return (await authorisations.RefreshAsync(client, pair.RefreshToken!, scopes: null, cancel)).Tokens;
    }

    private async Task AnswerAsync<T>(
        HttpContext http, Func<MidnightFields, T> read, Func<T, CancellationToken, Task<IssuedTokens?>> issueAsync) =>
        await DialectRoutes.WriteAsync(http, (await AnswerToAsync(http, read, issueAsync)) with { CacheControl = "no-store" });

    private async Task<Answer> AnswerToAsync<T>(
        HttpContext http, Func<MidnightFields, T> read, Func<T, CancellationToken, Task<IssuedTokens?>> issueAsync)
    {
        if (!DialectRoutes.IsTaken(http, dialect.MediaTypes))
            return MidnightErrors.Refuse(EdgeFault.MediaTypeUnsupported, detail: null);
        var (body, fault) = await RequestBody.ReadAsync(http, BodyLimit);
        if (body is null)
            return MidnightErrors.Refuse(fault!.Value, detail: null);
        using (body)
        {
            return await MidnightFields.AnswerAsync(
                body.Bytes.First, read, async asked => await issueAsync(asked, http.RequestAborted) is { } tokens
                ? Tokens.ToAnswer(tokens)
                : MidnightErrors.Refuse(EdgeFault.Unauthenticated, detail: null));
        }
    }

    private sealed record Proof(string? DomainName, string? UserName, string? Password, bool IsPlain)
    {
        /// <summary>Never the password.</summary>
        public override string ToString() => "proof of a client";
    }

    private sealed record Pair(string? AuthToken, string? RefreshToken)
    {
        /// <summary>Never the tokens.</summary>
        public override string ToString() => "pair of tokens";
    }
}
