using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Providers.Http;

/// <summary>How a provider shows its objects.</summary>
/// <param name="OneOf">The object in an answer about one of a path.</param>
/// <param name="PageOf">A page in an answer that lists those of a path; null when it is something else.</param>
/// <param name="Cursor">The parameter that asks for the page after.</param>
/// <param name="Within">The filter of a list for what was made in a time.</param>
internal sealed record ObjectManner(
    Func<JsonElement, string, JsonElement?> OneOf, Func<JsonElement, string, ObjectPage?> PageOf, string Cursor,
    Func<DateTimeOffset, DateTimeOffset, string> Within);

/// <summary>A page of a list.</summary>
/// <param name="Next">The cursor of the page after; null for the last page, and where the provider does not say it.</param>
internal sealed record ObjectPage(IReadOnlyList<JsonElement> Items, bool IsLast, string? Next);

/// <summary>A provider's objects of one kind.</summary>
/// <param name="Path">Where they are, such as <c>payments</c>.</param>
/// <param name="TryRead">Reads one; null when anything of it is missing or wrong.</param>
internal sealed record ObjectKind<T>(ObjectManner Manner, string Path, Func<JsonElement, T?> TryRead)
    where T : class
{
    /// <summary>The object of an answer; null when it is something else.</summary>
    public T? Read(ReadOnlyMemory<byte> body)
    {
        using var document = StrictJson.TryParse(body);
        return document is not null && Manner.OneOf(document.RootElement, Path) is { } one ? TryRead(one) : null;
    }
}

/// <summary>An object that carries a request of ours, which its metadata names as <c>attempt</c>.</summary>
internal interface IHttpObject
{
    /// <summary>The provider's id of it.</summary>
    string Id { get; }

    Guid? Attempt { get; }
}

/// <summary>A refund as far as we read it.</summary>
/// <param name="Of">The provider's id of the authorisation.</param>
/// <param name="Status">The provider's word for where it stands.</param>
/// <param name="Answer">Where it stands; null where that word is not known here.</param>
internal sealed record HttpRefund(string Id, Guid? Attempt, string? Of, Money Amount, string Status, ProviderAnswer? Answer) : IHttpObject
{
    /// <summary>Our id of the authorisation, where the provider shows it with the refund.</summary>
    public Guid? Authorisation { get; init; }
}

/// <summary>
/// Finds objects that carry requests of ours: by the provider's id where the books have it, else in the list of the time around the
/// request by our id in the metadata. A provider's search may lag an hour behind, so it is never used.
/// </summary>
internal sealed class HttpObjects(HttpAccount account)
{
    /// <summary>A request is sent for a quarter of an hour after its attempt was opened; later it never arrives.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromMinutes(25);

    private const int MostPagesAsked = 50;
    private const int MostPagesShown = 500;

    /// <summary>The provider's id of the request's authorisation; null where it has none. And whether that is clear.</summary>
    public async Task<(string? Id, bool IsKnown)> IdOfAuthorisationAsync<T>(
        ObjectKind<T> kind, ProviderRequest request, Verb verb, CancellationToken cancel)
        where T : class, IHttpObject
    {
        if (KnownId(request, verb) is { } known)
            return (known, true);
        var (found, isKnown) = await OfAuthorisationAsync(kind, request, verb, cancel);
        return (found?.Id, isKnown);
    }

    /// <summary>The object of the request's authorisation; null where the provider has none. And whether that is clear.</summary>
    public async Task<(T? Found, bool IsKnown)> OfAuthorisationAsync<T>(
        ObjectKind<T> kind, ProviderRequest request, Verb verb, CancellationToken cancel)
        where T : class, IHttpObject
    {
        var authorisation = (request.Authorisation ?? request.Id).Value;
        if (KnownId(request, verb) is { } known)
        {
            // A 404 comes with a key of another account or of the other world: the provider has what it named.
            var found = await OneAsync(kind, known, verb, request, cancel);
            return found?.Id == known && found.Attempt == authorisation ? (found, true) : (null, false);
        }

        // In the list of another time, it would be missed.
        return (verb == Verb.Authorise ? request.OpenedAt : request.AuthorisationOpenedAt) is not { } at ? (null, false)
            : await InListAsync(kind, kind.Manner.Within(at - Around, at + Around), authorisation, verb, request, cancel);
    }

    /// <summary>Asks about a refund: by its id at the provider, else in the list of the refunds of its authorisation.</summary>
    /// <param name="filter">The parameter that filters the list by the provider's id of the authorisation.</param>
    public async Task<ProviderAnswer> FindRefundAsync(
        ObjectKind<HttpRefund> kind, string filter, string of, ProviderRequest request, CancellationToken cancel)
    {
        var (refund, isKnown) = request.Reference is { } known
            ? (await OneAsync(kind, known, Verb.Refund, request, cancel), false)
            : await InListAsync(kind, $"{filter}={Uri.EscapeDataString(of)}", request.Id.Value, Verb.Refund, request, cancel);
        return refund is not null && (request.Reference ?? refund.Id) == refund.Id ? account.Refunded(refund, of, request)
            : isKnown ? ProviderAnswer.NotFound : ProviderAnswer.Unknown;
    }

    /// <summary>An object that a request is about; null where there is no clear answer.</summary>
    public async Task<T?> OneAsync<T>(ObjectKind<T> kind, string id, Verb verb, ProviderRequest request, CancellationToken cancel)
        where T : class =>
        await account.SendAsync(WireRequest.Get(PathOf(kind.Path, id)), verb, request, cancel) is { Status: 200 } reply
            ? kind.Read(reply.Body) : null;

    /// <summary>An object that the provider has named; null where there is no clear answer.</summary>
    public async Task<T?> OneAsync<T>(ObjectKind<T> kind, string id, CancellationToken cancel)
        where T : class
    {
        if (await account.ShownAsync(PathOf(kind.Path, id), cancel) is not { } body)
            return null;
        var read = kind.Read(body);
        if (read is null)
            account.NotShown($"{id} can't be read");
        return read;
    }

    /// <summary>Reads all objects of a list; false where one of them, or a page, can't be read.</summary>
    public async Task<bool> ReadAllAsync(
        ObjectManner manner, string path, string filter, Func<JsonElement, bool> take, CancellationToken cancel)
    {
        await foreach (var one in ReadAsync(manner, path, filter, MostPagesShown, asked => account.ShownAsync(asked, cancel)))
        {
            if (one is { } readable && take(readable))
                continue;
            account.NotShown($"a list of {path} can't be read");
            return false;
        }

        return true;
    }

    public static string PathOf(string path, string id) => $"{path}/{Uri.EscapeDataString(id)}";

    // The object of an authorisation carries its capture and its void too.
    private static string? KnownId(ProviderRequest request, Verb verb) => verb switch
    {
        Verb.Authorise => request.Reference,
        Verb.Capture or Verb.Void => request.AuthorisationReference ?? request.Reference,
        Verb.Refund => request.AuthorisationReference,
    };

    /// <summary>Reads a list until an object of ours is found. Other people's objects need not be readable.</summary>
    private async Task<(T? Found, bool IsKnown)> InListAsync<T>(
        ObjectKind<T> kind, string filter, Guid attempt, Verb verb, ProviderRequest request, CancellationToken cancel)
        where T : class
    {
        await foreach (var one in ReadAsync(kind.Manner, kind.Path, $"limit=100&{filter}", MostPagesAsked, async asked =>
            await account.SendAsync(WireRequest.Get(asked), verb, request, cancel) is { Status: 200 } reply
                ? reply.Body : (ReadOnlyMemory<byte>?)null))
        {
            if (one is null)
                return (null, false);
            if (StrictJson.OfMetadata(one.Value, "attempt") == attempt)
                return kind.TryRead(one.Value) is { } found ? (found, true) : (null, false);
        }

        return (null, true);
    }

    /// <summary>The objects of all pages of a list; null as the last one where it can't be read to its end.</summary>
    private static async IAsyncEnumerable<JsonElement?> ReadAsync(
        ObjectManner manner, string path, string filter, int mostPages, Func<string, Task<ReadOnlyMemory<byte>?>> ask)
    {
        var asked = $"{path}?{filter}";
        for (var nth = 0; nth < mostPages; nth++)
        {
            if (await ask(asked) is not { } body)
                break;
            using var document = StrictJson.TryParse(body);
            if (document is null || manner.PageOf(document.RootElement, path) is not { } page)
                break;
            foreach (var one in page.Items)
                yield return one;
            if (page.IsLast)
                yield break;
            if (page.Next is null)
                break;
            asked = $"{path}?{filter}&{manner.Cursor}={Uri.EscapeDataString(page.Next)}";
        }

        yield return null;
    }
}
