namespace Quittance.Storage.Embedded;

/// <summary>What PostgreSQL writes about itself in <c>log/</c>.</summary>
internal sealed class ServerLog(string folder)
{
    public const string FolderName = "log";

    /// <summary>In the order of the names is in the order of time.</summary>
    public const string FileNamePattern = "postgres-%Y%m%dT%H%M%SZ.log";

    private const int FilesKept = 10;
    private const int LinesShown = 10;

    /// <summary>Takes what the server says before its log collector runs.</summary>
    public string StartFile => Path.Combine(folder, "start.log");

    /// <summary>Readies the folder for another start.</summary>
    public void Tidy()
    {
        File.Delete(StartFile);
        foreach (var old in Files().SkipLast(FilesKept))
            File.Delete(old);
    }

    public string LastLines()
    {
        var collectorRan = !File.Exists(StartFile) || File.ReadAllText(StartFile).Contains("log output to logging collector");
        var file = collectorRan ? Files().LastOrDefault() : StartFile;
        return file is null ? "" : string.Join('\n', File.ReadLines(file).TakeLast(LinesShown));
    }

    private IEnumerable<string> Files() => Directory.GetFiles(folder, "postgres-*.log").Order(StringComparer.Ordinal);
}
