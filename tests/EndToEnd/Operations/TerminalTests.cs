using Quittance.Host.Cli;
using Spectre.Console;

namespace Quittance.Tests.Operations;

/// <summary>The terminal shows names as they are.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData("assets:bank:DE______3000")]
    [InlineData("a [red]name[/] :smile: and a time 10:00:00")]
    public void Text_IsShownAsItIs(string text)
    {
        using var shown = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(shown), Ansi = AnsiSupport.No });

        Terminal.WriteLine(console, $"[dim]{text.EscapeMarkup()}[/]");

        Assert.Equal(text, shown.ToString().TrimEnd());
    }
}
