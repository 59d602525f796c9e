using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests.Documentation;

/// <summary>Where the README and the guides lead.</summary>
public sealed partial class PageLinkTests
{
    [Fact]
    public void Guide_ThatOthersRun_Exists_AndHasCommands() =>
        Assert.All(Readers.RunByOthers, file => Assert.NotEmpty(DocumentedCommandsTests.Blocks(file)));

    [Fact]
    public void Links_BetweenOurPages_LeadSomewhere()
    {
        var broken =
            from file in DocumentedCommandsTests.Files()
            from Match link in Link().Matches(File.ReadAllText(Path.Combine(RunningProgram.Solution, file)))
            let target = link.Groups["to"].Value
            where !target.Contains("://", StringComparison.Ordinal)
            let parts = target.Split('#')
            let path = parts[0].Length == 0 ? Path.Combine(RunningProgram.Solution, file)
                : Path.GetFullPath(Path.Combine(RunningProgram.Solution, Path.GetDirectoryName(file)!, parts[0]))
            where !(File.Exists(path) || Directory.Exists(path)) || (parts.Length > 1 && !Anchors(path).Contains(parts[1]))
            select $"{file}: {target}";

        Assert.Empty(broken);
    }

    /// <summary>The names of a page's headings in links.</summary>
    private static HashSet<string> Anchors(string path) => Directory.Exists(path)
        ? []
        : [.. Heading().Matches(File.ReadAllText(path))
            .Select(heading => NoAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]", RegexOptions.None, 60_000)]
    private static partial Regex NoAnchor();
}
