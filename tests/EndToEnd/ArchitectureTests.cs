using System.Text.RegularExpressions;
using System.Xml.Linq;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>The arrows of the architecture, held against the files.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Source = Path.Combine(RunningProgram.Solution, "src");

    /// <summary>The programs that stand beside the product: a provider and a shop to try it with.</summary>
    private static readonly string Samples = Path.Combine(RunningProgram.Solution, "samples");

    /// <summary>The folders that all dialects share.</summary>
    private static readonly string[] Shared = ["Http", "OpenApi"];

    private static IEnumerable<string> Dialects =>
        Directory.EnumerateDirectories(Path.Combine(Source, "Dialects")).Select(folder => Path.GetFileName(folder))
            .Except(["bin", "obj", .. Shared]);

    /// <summary>The map is read in one go: what needs more words stands in a list or in a document of its own.</summary>
    [Fact]
    public void Map_HasNoCellOfMoreThan25Words() => Assert.All(
        File.ReadLines(Path.Combine(RunningProgram.Solution, "ARCHITECTURE.md")).Where(line => line.StartsWith('|'))
            .SelectMany(line => line.Split('|')),
        cell => Assert.InRange(cell.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, 0, 25));

    [Fact]
    public void Projects_KnowOnlyWhatTheArchitectureSays()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["BackOffice"] = ["Core", "Storage"],
            ["Console"] = ["BackOffice", "Core", "Papers", "Storage"],
            ["Core"] = [],
            ["Papers"] = ["Core"],
            ["Storage"] = ["Core"],
            ["Dialects"] = ["Core", "Papers"],
            ["SandboxBooks"] = [],
            ["Faces"] = ["SandboxBooks"],
            ["Sandbox"] = ["Faces", "SandboxBooks"],
            ["Providers"] = ["Core"],
            ["Host"] = ["BackOffice", "Console", "Core", "Dialects", "Providers", "Sandbox", "Storage"],
        };

        var projects = new[] { Source, Samples }
            .SelectMany(root => Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories))
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file));

        Assert.Equal(allowed.Keys.Order(StringComparer.Ordinal), projects.Keys.Order(StringComparer.Ordinal));
        Assert.All(projects, project => Assert.Equal(
            allowed[project.Key], Of(project.Value, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))
                .Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Core_NeedsNothing()
    {
        var core = Path.Combine(Source, "Core", "Core.csproj");
        Assert.Empty(Of(core, "PackageReference").Concat(Of(core, "FrameworkReference")));
        Assert.DoesNotContain(
            FilesOf("Core"), file => Uses(file, "System.Text.Json", "Microsoft", "Npgsql", "System.Net", "System.Data", "System.IO"));
    }

    /// <summary>Where one folder of Core uses another, that one does not use it: each can be read after those that it uses.</summary>
    [Fact]
    public void FoldersOfCore_DoNotUseOneAnotherMutually()
    {
        var found =
            from one in FoldersOfCore
            from other in FoldersOfCore
            where string.CompareOrdinal(one, other) < 0 && UsesFolder(one, other) && UsesFolder(other, one)
            select $"{one} and {other} use one another";

        Assert.Empty(found);
    }

    /// <summary>
    /// The engine knows rows and shelves, and the ids and references at the root. Only the concepts know the rows' meaning.
    /// </summary>
    [Fact]
    public void Engine_KnowsNoConcept() => Assert.DoesNotContain(
        FoldersOfCore.Except(["Engine"]), folder => UsesFolder("Engine", folder));

    [Fact]
    public void FoldersOfCore_HaveAtMostTwentyFiles() => Assert.All(
        FoldersOfCore, folder => Assert.True(FilesOf(Path.Combine("Core", folder)).Count <= 20, folder));

    [Fact]
    public void Dialects_KnowNoDatabase() =>
        Assert.DoesNotContain(FilesOf("Dialects"), file => Uses(file, "Npgsql", "System.Data", "Quittance.Storage", "Quittance.Host"));

    [Fact]
    public void Storage_KnowsNoDialect() =>
        Assert.DoesNotContain(FilesOf("Storage"), file => Uses(file, "Quittance.Dialects", "Quittance.Host", "Microsoft.AspNetCore"));

    [Fact]
    public void Dialects_DoNotKnowOneAnother()
    {
        // Oracle BRM's payments are TMF676 with differences, and say so.
        (string Of, string Other)[] allowed = [("OracleBrm", "Tmf676")];
        Assert.True(Dialects.Count() >= 3);

        var found =
            from one in Dialects
            from other in Dialects.Except([one])
            where !allowed.Contains((one, other))
            from file in FilesOf(Path.Combine("Dialects", one))
            where File.ReadAllText(file).Contains($"Dialects.{other}", StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Source, file)} knows {other}";

        Assert.Empty(found);
    }

    [Fact]
    public void WhatDialectsShare_KnowsNoneOfThem() =>
        Assert.DoesNotContain(Shared.SelectMany(folder => FilesOf(Path.Combine("Dialects", folder))), file =>
            Dialects.Any(dialect => File.ReadAllText(file).Contains($"Dialects.{dialect}", StringComparison.Ordinal)));

    private static IEnumerable<string> FoldersOfCore =>
        Directory.EnumerateDirectories(Path.Combine(Source, "Core")).Select(folder => Path.GetFileName(folder)).Except(["bin", "obj"]);

    private static bool UsesFolder(string folder, string other) =>
        FilesOf(Path.Combine("Core", folder)).Any(file => Uses(file, $"Quittance.Core.{other}"));

    private static IEnumerable<string> Of(string project, string item) =>
        XDocument.Load(project).Descendants(item).Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));

    private static IReadOnlyList<string> FilesOf(string folder)
    {
        var root = Path.Combine(Source, folder);
        string[] files =
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Where(file => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")),
        ];
        Assert.NotEmpty(files);
        return files;
    }

    /// <summary>Whether a file uses a namespace or one below it, by a using or by its full name.</summary>
    private static bool Uses(string file, params string[] namespaces) =>
        Names().Matches(File.ReadAllText(file))
            .Any(name => namespaces.Any(space => name.Value == space || name.Value.StartsWith(space + ".", StringComparison.Ordinal)));

    [GeneratedRegex(@"\b(System|Microsoft|Npgsql|Quittance)(\.\w+)*", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Names();
}
