using System.Diagnostics;
using OpenTelemetry;

namespace Quittance.Host.Watching;

/// <summary>
/// Takes out of spans what nobody outside may see: queries and paths of addresses, which may hold tokens and names, and from where a
/// request came. What is left of a path is its pattern. Statements of the database are long, and nobody's business.
/// </summary>
internal sealed class SpanScrubber : BaseProcessor<Activity>
{
    private static readonly string[] Private =
    [
        "url.query", "url.path", "http.target", "http.url", "client.address", "network.peer.address", "user_agent.original", "db.connection_string", "db.user",
        "db.query.text", "db.statement",
    ];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var tag in Private)
        {
            if (data.GetTagItem(tag) is not null)
                data.SetTag(tag, null);
        }

        // Where we ask somebody: whom, but not for what.
        if (data.GetTagItem("url.full") is string address)
            data.SetTag("url.full", Uri.TryCreate(address, UriKind.Absolute, out var asked) ? asked.GetLeftPart(UriPartial.Authority) : null);
    }
}
