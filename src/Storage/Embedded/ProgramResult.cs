namespace Quittance.Storage.Embedded;

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
