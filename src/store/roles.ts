/** The role the program connects as: it owns nothing, and row-level security is forced on it. */
export const appRole = 'orderhub_app'
