using Microsoft.Playwright;
using Quittance.Tests.Web;

namespace Quittance.Tests.Running;

/// <summary>A page of a browser, with what it said of errors.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    internal BrowserPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Add(message.Text);
        };
        page.PageError += (_, error) => _errors.Add(error);
    }

    public IPage Page { get; }

    /// <summary>What scripts threw and what the browser complained of, like a breach of the Content-Security-Policy.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <inheritdoc cref="BrowserPageAssertions.KeepAsync"/>
    public Task KeepAsync(string name) => Page.KeepAsync(name);

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
