package dev.muster.conformance.harness;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import tss.Tpm;
import tss.TpmBuffer;
import tss.TpmDevice;
import tss.tpm.CreatePrimaryResponse;
import tss.tpm.StartAuthSessionResponse;
import tss.tpm.TPM2B_PRIVATE;
import tss.tpm.TPM2B_PUBLIC;
import tss.tpm.TPM2B_PUBLIC_KEY_RSA;
import tss.tpm.TPMA_OBJECT;
import tss.tpm.TPMS_ID_OBJECT;
import tss.tpm.TPMS_NULL_ASYM_SCHEME;
import tss.tpm.TPMS_PCR_SELECTION;
import tss.tpm.TPMS_RSA_PARMS;
import tss.tpm.TPMS_SENSITIVE_CREATE;
import tss.tpm.TPMT_PUBLIC;
import tss.tpm.TPMT_SYM_DEF;
import tss.tpm.TPMT_SYM_DEF_OBJECT;
import tss.tpm.TPM_ALG_ID;
import tss.tpm.TPM_HANDLE;
import tss.tpm.TPM_RH;
import tss.tpm.TPM_SE;

/**
 * A TPM 2.0 that is not ours: a process of Debian's {@code swtpm}, spoken to through Microsoft's TSS.Java as the SDKs'
 * TPM providers do. Its keys are of the standard templates, and persistent, since it has room for three others only.
 * Thread-safe.
 *
 * @see <a href="https://trustedcomputinggroup.org/resource/tcg-ek-credential-profile-for-tpm-family-2-0/">TCG EK
 *     credential profile, template L-1</a>
 */
public final class SoftwareTpm implements AutoCloseable {
    private static final int RSA_BITS = 2048;
    private static final byte[] NONE = {};
    private static final TPMT_SYM_DEF_OBJECT AES = new TPMT_SYM_DEF_OBJECT(TPM_ALG_ID.AES, 128, TPM_ALG_ID.CFB);

    /** PolicySecret of the endorsement hierarchy. */
    private static final byte[] ENDORSEMENT_POLICY =
            HexFormat.of().parseHex("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa");

    private static final TPM_HANDLE ENDORSEMENT_KEY = TPM_HANDLE.from(0x81010001);
    private static final TPM_HANDLE STORAGE_ROOT_KEY = TPM_HANDLE.from(0x81000001);

    private final Process process;
    private final Tpm tpm = new Tpm();
    private final TPMT_PUBLIC endorsementKey;
    private final TPMT_PUBLIC storageRootKey;

    private SoftwareTpm(Process process, TpmDevice device) {
        this.process = process;
        tpm._setDevice(device);
        endorsementKey = primary(ENDORSEMENT_KEY, TPM_RH.ENDORSEMENT, ENDORSEMENT_POLICY, TPMA_OBJECT.adminWithPolicy);
        storageRootKey = primary(STORAGE_ROOT_KEY, TPM_RH.OWNER, NONE, TPMA_OBJECT.userWithAuth, TPMA_OBJECT.noDA);
    }

    /** @param directory for its state, empty for a TPM fresh from the factory */
    public static SoftwareTpm start(Path directory) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process process = new ProcessBuilder(
                        "swtpm",
                        "socket",
                        "--tpm2",
                        "--server",
                        "type=tcp,port=" + port,
                        "--tpmstate",
                        "dir=" + directory,
                        "--flags",
                        "not-need-init,startup-clear")
                .inheritIO()
                .start();
        try {
            return new SoftwareTpm(process, new Connection(connect(process, port)));
        } catch (IOException | RuntimeException e) {
            process.destroy();
            throw e;
        }
    }

    /** TPM2B_PUBLIC. */
    public byte[] endorsementKey() {
        return new TPM2B_PUBLIC(endorsementKey).toBytes();
    }

    /** TPM2B_PUBLIC. */
    public byte[] storageRootKey() {
        return new TPM2B_PUBLIC(storageRootKey).toBytes();
    }

    /** A key that was taken in, as the TPM gives it away to be stored. */
    record Identity(TPM2B_PRIVATE key, TPMT_PUBLIC area) {}

    /** Takes in the key of an authentication key (reference 8.4), or throws what the TPM says against it. */
    synchronized Identity activate(byte[] authenticationKey) {
        TpmBuffer parts = new TpmBuffer(authenticationKey);
        TPMS_ID_OBJECT credential = parts.createSizedObj(TPMS_ID_OBJECT.class);
        byte[] credentialSecret = parts.readSizedByteBuf();
        TPM2B_PRIVATE duplicate = new TPM2B_PRIVATE(parts.readSizedByteBuf());
        byte[] seed = parts.readSizedByteBuf();
        TPMT_PUBLIC area = parts.createSizedObj(TPMT_PUBLIC.class);

        byte[] innerKey = innerKey(credential, credentialSecret);
        TPM2B_PRIVATE imported = tpm.Import(STORAGE_ROOT_KEY, innerKey, area, duplicate, seed, AES);
        return new Identity(imported, area);
    }

    /** The key inside, once the endorsement key has seen that the storage root key is on the same TPM. */
    private byte[] innerKey(TPMS_ID_OBJECT credential, byte[] secret) {
        StartAuthSessionResponse session = tpm.StartAuthSession(
                TPM_HANDLE.NULL,
                TPM_HANDLE.NULL,
                new byte[16],
                NONE,
                TPM_SE.POLICY,
                new TPMT_SYM_DEF(TPM_ALG_ID.NULL, 0, TPM_ALG_ID.NULL),
                TPM_ALG_ID.SHA256);
        try {
            tpm.PolicySecret(TPM_HANDLE.ENDORSEMENT, session.handle, NONE, NONE, NONE, 0);
            return tpm._withSessions(TPM_HANDLE.pwSession(NONE), session.handle)
                    .ActivateCredential(STORAGE_ROOT_KEY, ENDORSEMENT_KEY, credential, secret);
        } finally {
            tpm.FlushContext(session.handle);
        }
    }

    /** HMAC-SHA256. */
    synchronized byte[] sign(Identity identity, byte[] data) {
        TPM_HANDLE key = tpm.Load(STORAGE_ROOT_KEY, identity.key(), identity.area());
        try {
            return tpm.HMAC(key, data, TPM_ALG_ID.SHA256);
        } finally {
            tpm.FlushContext(key);
        }
    }

    @Override
    public void close() throws IOException {
        tpm.close();
        process.destroy();
    }

    private TPMT_PUBLIC primary(TPM_HANDLE persistent, TPM_RH hierarchy, byte[] policy, TPMA_OBJECT... authorization) {
        TPMA_OBJECT storageKey = new TPMA_OBJECT(
                TPMA_OBJECT.fixedTPM,
                TPMA_OBJECT.fixedParent,
                TPMA_OBJECT.sensitiveDataOrigin,
                TPMA_OBJECT.restricted,
                TPMA_OBJECT.decrypt,
                new TPMA_OBJECT(authorization));
        CreatePrimaryResponse made = tpm.CreatePrimary(
                TPM_HANDLE.from(hierarchy),
                new TPMS_SENSITIVE_CREATE(NONE, NONE),
                new TPMT_PUBLIC(
                        TPM_ALG_ID.SHA256,
                        storageKey,
                        policy,
                        new TPMS_RSA_PARMS(AES, new TPMS_NULL_ASYM_SCHEME(), RSA_BITS, 0),
                        new TPM2B_PUBLIC_KEY_RSA(new byte[RSA_BITS / Byte.SIZE])),
                NONE,
                new TPMS_PCR_SELECTION[0]);
        tpm.EvictControl(TPM_HANDLE.OWNER, made.handle, persistent);
        tpm.FlushContext(made.handle);
        return made.outPublic;
    }

    private static Socket connect(Process process, int port) throws IOException {
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IOException("swtpm ended with " + process.exitValue(), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Commands and answers one after the other, as swtpm has them on its socket. */
    private static final class Connection extends TpmDevice {
        private static final int HEADER_BYTES = 6;
        private final Socket socket;

        Connection(Socket socket) {
            this.socket = socket;
        }

        @Override
        public boolean connect() {
            return true;
        }

        @Override
        public void dispatchCommand(byte[] command) {
            try {
                OutputStream out = socket.getOutputStream();
                out.write(command);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] getResponse() {
            try {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] header = in.readNBytes(HEADER_BYTES);
                int size = ByteBuffer.wrap(header).getInt(2);
                byte[] response = Arrays.copyOf(header, size);
                in.readFully(response, HEADER_BYTES, size - HEADER_BYTES);
                return response;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean responseReady() {
            return true;
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
