import type { JWK } from 'jose';

/** The public halves of `object/token_jwt_key.pem` in Casdoor's repository; the private halves lie beside them. */
export const repositoryKeys: Readonly<Record<'2021' | '2026', JWK>> = {
  '2021': toJwk(
    [
      'sInpb5E1_ym0f1RfSDSSE8IR7y-lw-RJjI74e5ejrq4b8zMYk7HeHCyZr_hmNEwEVXnhXu1P0mBeQ5ypp_QGo8vgEm',
      'jAETNmzkI1NjOQCjCYwUrasO_f_MnI1C0j13vx6mV1kHZjSrKsMhYY1vaxTEP3-VB8Hjg3MHFWrb07uvFMCJe5W8-0',
      'rKErZCKTR8-9VB3janeBz__zQePFVh79bFZate_hLirPK0Go9P1gOvwIoC1A3sarHTP4Qm_LQRt0rHqZFybdySpyWA',
      'QvhNaDFE7mTstRSBb_wUjNCUBDPTSLVjC04WllSf6Nkfx0Z7KvmbPstSj-btvcqsvRAGtvdsB9h62Kptjs1Yn7GAuo',
      'I3qt_4zoKbiURYxkQJXIvwCQsEftUuk5ew5zuPSlDRLoLByQTLbx0JqLAFNfW3g_pzSDjgd_60d6HTmvbZni4Smjdy',
      'FhXCDb1Kn7N-xTojnfaNkwep2REV-RMc0fx4GuhRsnLsmkmUDeyIZ9aBL9oj11YEQfM2JZEq-RVtUx-wB4y8K_tD1b',
      'cY-IfnG5rBpwIDpS262boq4SRSvb3Z7bB0w4ZxvOfJ_1VLoRftjPbLIf0bhfr_AeZMHpIKOXvfz4yE-hqzi68wdF0V',
      'R9xYc_RbSAf7323OsjYnjjEgInUtRohnRgCpjIk_Mt2Kt84Kb0wn8',
    ].join(''),
  ),
  '2026': toJwk(
    [
      'xbAXtAlzIlH4T_McTZUm8r81J1K-6McEJeNhBHp-poqul-oLk3GeZxc0XQwrV9cI17pO6r2b6dgjgCh9XdW0EzciRS',
      'FbVfvN9LrVT7z2Gps3LOny26Nno9BRJBzNDL33_JLxGnbyJhGmbYI1lKr2tImTMGyN4fZl08iwJwvHudQWDfVsmrVp',
      'jW-6oGwpwFOCD47DMNQ1rygTK8qcQpV9i_yXTjwc8Dh66RZnfB5epquLEyo1OgnKVwm_0sVlvbLlfzrlUHyhTSaJDI',
      'dgNUEkHgPr6JaOa4aUrfAE-b1ESQ-7bd6NV3MWxqDMPYMi-MCd4ivbbMB4U-Du73pF2cvxhYS6sIlCE1T9517lfc2e',
      '_jQQOy9KJ2Xlu9Jh2Q6As5Hyag7xkOzgFg0zc0gqbX1rr2lu6NUNKKh0Qf2ZJbvzYu96BfX_VMvePUnl4vYKkuOeB8',
      'VqCZciyMBzV1bzaEppuAkcuM4LigRROcJP1sKaCpdoMjXPuVAWOYq738zJsS-85rqIoyJbBZeZAwtPqIOONbGPqUNd',
      '0lzdLfKZANCkwDOwkAEy2A-GaahfTdxesF49Y3ssDXwx0b7dtv0GXliTWr57Gm6NPCYN7Ylpq3Sngwa4Yftf8uRxVK',
      'B4EbfyBOMQSnCbZlftqS2ziFj51UA4pYnNNoMQt-PeXXFefvu62Fs',
    ].join(''),
  ),
};

function toJwk(n: string): JWK {
  return { kty: 'RSA', use: 'sig', alg: 'RS256', e: 'AQAB', n };
}
