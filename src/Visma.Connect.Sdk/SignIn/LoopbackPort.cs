using System.Net;
using System.Net.Sockets;

namespace Visma.Connect.Sdk;

/// <summary>A port on the loopback addresses only. It accepts sockets until it is disposed of.</summary>
internal sealed class LoopbackPort : IDisposable
{
    private const int MostAttempts = 10;

    private LoopbackPort(IReadOnlyList<TcpListener> listeners) => Listeners = listeners;

    /// <summary>One listener for each address, all with the same port.</summary>
    public IReadOnlyList<TcpListener> Listeners { get; }

    public int Number => NumberOf(Listeners[0]);

    /// <exception cref="VismaConnectException">The port is in use, or this program has no permission for it.</exception>
    public static LoopbackPort Bind(LoopbackRedirect redirect, bool useAnyPort)
    {
        for (int attempt = 1; ; attempt++)
        {
            List<TcpListener> listeners = [];
            try
            {
                foreach (IPAddress address in redirect.Addresses)
                {
                    int number = listeners.Count > 0 ? NumberOf(listeners[0]) : useAnyPort ? 0 : redirect.Port;
                    Listen(address, number, listeners, mayBeMissing: redirect.Addresses.Count > 1);
                }

                return listeners.Count > 0 ? new LoopbackPort(listeners) : throw new SocketException((int)SocketError.AddressNotAvailable);
            }
            catch (SocketException failure)
            {
                bool isTakenAtOneAddress = listeners.Count > 0;
                listeners.ForEach(listener => listener.Stop());
                if (useAnyPort && isTakenAtOneAddress && attempt < MostAttempts)
                {
                    continue;
                }

                throw Failure(redirect, useAnyPort, failure);
            }
        }
    }

    public void Dispose()
    {
        foreach (TcpListener listener in Listeners)
        {
            listener.Stop();
        }
    }

    private static void Listen(IPAddress address, int port, List<TcpListener> listeners, bool mayBeMissing)
    {
        try
        {
            // Exclusive: otherwise another program on Windows could share the port, and receive the code.
            TcpListener listener = new(address, port) { ExclusiveAddressUse = true };
            listener.Start();
            listeners.Add(listener);
        }
        catch (SocketException failure) when (mayBeMissing && failure.SocketErrorCode
            is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported
            or SocketError.ProtocolFamilyNotSupported or SocketError.ProtocolNotSupported)
        {
            // The machine has no IPv6, or no IPv4. Its browser uses the other one.
        }
    }

    private static int NumberOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static VismaConnectException Failure(LoopbackRedirect redirect, bool useAnyPort, SocketException failure)
    {
        bool isTaken = failure.SocketErrorCode == SocketError.AddressAlreadyInUse;
        return new VismaConnectException(
            FormattableString.Invariant($"{(useAnyPort ? "No port could" : $"Port {redirect.Port} cannot")} be opened for {redirect} ")
            + $"({failure.SocketErrorCode}).",
            (isTaken ? LocalCauses.PortTaken : LocalCauses.PortRefused).Remedy,
            failure)
        {
            IsTransient = isTaken,
        };
    }
}
