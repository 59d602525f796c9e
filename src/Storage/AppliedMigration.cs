namespace Quittance.Storage;

/// <summary>A step of the schema that a database has taken.</summary>
/// <param name="Number">Its place in the order.</param>
/// <param name="Name">Its file's name.</param>
/// <param name="Hash">SHA-256 of its text, in hexadecimal.</param>
public sealed record AppliedMigration(int Number, string Name, string Hash);
