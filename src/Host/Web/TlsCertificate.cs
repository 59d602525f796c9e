using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Quittance.Host.Web;

/// <summary>
/// The server's certificate with its chain and its key, from PEM files. When the files change, it is read again: a renewed certificate
/// needs no restart. While new files can't be used, such as half-written ones, the certificate before stays.
/// </summary>
public sealed class TlsCertificate
{
    private static readonly TimeSpan LookedAtEvery = TimeSpan.FromSeconds(10);

    private readonly string _file;
    private readonly string _keyFile;
    private readonly TimeProvider _clock;
    private readonly Lock _reading = new();
    private volatile SslStreamCertificateContext? _context;
    private (DateTime Certificate, DateTime Key) _written;
    private long _lookedAt;

    /// <param name="file">The certificate, and behind it its chain.</param>
    /// <param name="keyFile">The key; may be the same file.</param>
    /// <param name="clock">The time.</param>
    public TlsCertificate(string file, string keyFile, TimeProvider clock)
    {
        (_file, _keyFile, _clock) = (file, keyFile, clock);
        _lookedAt = clock.GetTimestamp();
        (_context, Problem, _written) = Read();
    }

    /// <summary>Why the files can't be used; null where they can.</summary>
    public string? Problem { get; private set; }

    /// <summary>How connections use it.</summary>
    public TlsHandshakeCallbackOptions Handshake => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = Current }),
    };

    private SslStreamCertificateContext Current
    {
        get
        {
            lock (_reading)
            {
                if (_clock.GetElapsedTime(_lookedAt) >= LookedAtEvery)
                {
                    _lookedAt = _clock.GetTimestamp();
                    if (WrittenAt() != _written)
                    {
                        var (context, problem, written) = Read();
                        (_context, Problem, _written) = (context ?? _context, problem, problem is null ? written : _written);
                    }
                }

                return _context ?? throw new InvalidOperationException("The server has started without its certificate.");
            }
        }
    }

    private (DateTime Certificate, DateTime Key) WrittenAt() => (File.GetLastWriteTimeUtc(_file), File.GetLastWriteTimeUtc(_keyFile));

    private (SslStreamCertificateContext? Context, string? Problem, (DateTime, DateTime) Written) Read()
    {
        var written = WrittenAt();
        try
        {
            using var read = X509Certificate2.CreateFromPemFile(_file, _keyFile);
            var now = _clock.GetUtcNow();
            if (read.NotAfter.ToUniversalTime() <= now.UtcDateTime)
                return (null, $"the certificate in {_file} has expired on {read.NotAfter:yyyy-MM-dd}.", written);
            if (read.NotBefore.ToUniversalTime() > now.UtcDateTime)
                return (null, $"the certificate in {_file} is valid from {read.NotBefore:yyyy-MM-dd} on.", written);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_file);
            // Some systems can't use a key that was never in a store.
            var leaf = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
            return (SslStreamCertificateContext.Create(leaf, chain, offline: true), null, written);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            return (null, $"{_file} has no certificate, or {_keyFile} has not its key, in PEM and without a password.", written);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, $"{_file} or {_keyFile} can't be read.", written);
        }
    }
}
