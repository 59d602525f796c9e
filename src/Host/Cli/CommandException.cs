namespace Quittance.Host.Cli;

/// <summary>A command can't do what it was asked; the message says why and what to do.</summary>
internal sealed class CommandException(string message) : Exception(message);
