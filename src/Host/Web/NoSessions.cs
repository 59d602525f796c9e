namespace Quittance.Host.Web;

/// <summary>Stands for sessions where no dialect opens any: each is unknown.</summary>
internal sealed class NoSessions : IEmbeddingOrigins
{
    public ValueTask<IReadOnlyList<string>?> OfSessionAsync(string session, CancellationToken cancellation) => new((IReadOnlyList<string>?)null);
}
